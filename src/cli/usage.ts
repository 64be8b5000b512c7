import { CommandError } from "./command-error.ts";
import { COMMANDS, type Command, type CommandName } from "./commands.ts";

/** What `MAP` and `DATA` stand for. */
export const NOTATION: readonly string[] = [
  "MAP  := id N | name NAME | pinned PATH | file SNAPSHOT",
  "DATA := [hex] BYTE BYTE …",
];

/** How a command is called: `ebpf-map dump MAP`. */
export function usageLine({ name, words }: Pick<Command, "name" | "words">): string {
  return `ebpf-map ${name} ${words}`.trimEnd();
}

/** The lines of {@link NOTATION} that a command's words need. */
export function notationOf({ words }: Pick<Command, "words">): string[] {
  return NOTATION.filter((line) => words.includes(line.slice(0, 4).trimEnd()));
}

/** A command with the wrong words behind it. bpftool shows its usage then, and in JSON `null`. */
export function wrongWords(name: CommandName, got: readonly string[]): CommandError {
  const command = COMMANDS.find((candidate) => candidate.name === name) ?? { name, words: "" };
  const problem = got.length === 0 ? "nothing" : `'${got.join(" ")}'`;
  const lines = [
    `${name}: expected ${command.words}, got ${problem}`,
    `Usage: ${usageLine(command)}`,
    ...notationOf(command).map((line) => `       ${line}`),
  ];
  return new CommandError("USAGE", lines.join("\n"), "null");
}
