import { nearest } from "../../nearest.ts";
import { CommandError } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import { COMMANDS } from "./commands.ts";

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

/** Commands of other tools, with their equivalents. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  ls: "list",
  cat: "dump",
  print: "dump",
  tail: "events",
  trace: "events",
  monitor: "watch",
  export: "save",
  backup: "save",
  snapshot: "save",
  compare: "diff",
  usage: "stats",
  describe: "schema",
  codegen: "generate",
  check: "doctor",
  man: "help",
};

/** Returns the error for a command of bpftool that changes a map, by its full name. */
export function refusal(command: string): CommandError {
  return refused(`ebpf-map only reads maps: use 'bpftool map ${command}'`);
}

/** Returns the error for a word that is no command. */
export function unknownCommand(word: string): CommandError {
  if (OTHER_OBJECTS.includes(word)) return refused(`ebpf-map only reads maps: use 'bpftool ${word}'`);
  const meant = commandMeant(word);
  const hint = meant === undefined ? "all commands: ebpf-map help" : `did you mean ${meant}?`;
  return new CommandError("USAGE", `there is no command '${word}' (${hint})`, "null");
}

/** Returns the command that was probably meant by a word that is none. */
export function commandMeant(word: string): string | undefined {
  if (Object.hasOwn(OTHER_WORDS, word)) return OTHER_WORDS[word];
  return nearest(
    word,
    COMMANDS.map(({ name }) => name),
  );
}

function refused(message: string): CommandError {
  return new CommandError("USAGE", message, { error: message }, { status: EXIT.refused });
}
