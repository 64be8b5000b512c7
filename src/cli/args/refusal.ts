import { CommandError } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";

/** Objects of bpftool other than maps. */
const OTHER_OBJECTS: readonly string[] = [
  "prog",
  "link",
  "cgroup",
  "perf",
  "net",
  "feature",
  "btf",
  "gen",
  "struct_ops",
  "iter",
  "token",
  "batch",
];

/** A command of bpftool that changes a map, by its full name. */
export function refusal(command: string): CommandError {
  return refused(`ebpf-map only reads maps: use 'bpftool map ${command}'`);
}

/** What to say of a word that is no command. `suggested` is the command that was probably meant. */
export function unknownCommand(word: string, suggested: string | undefined): CommandError {
  if (OTHER_OBJECTS.includes(word)) return refused(`ebpf-map only reads maps: use 'bpftool ${word}'`);
  const hint = suggested === undefined ? "all commands: ebpf-map help" : `did you mean ${suggested}?`;
  return new CommandError("USAGE", `there is no command '${word}' (${hint})`, "null");
}

function refused(message: string): CommandError {
  return new CommandError("USAGE", message, { error: message }, { status: EXIT.refused });
}
