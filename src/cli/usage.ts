import { CommandError, type JsonAnswer } from "./command-error.ts";
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

/**
 * A command with the wrong words behind it. Most of bpftool's show its usage then, which in JSON is `null`; `answer` is
 * for the one that doesn't.
 */
export function wrongWords(name: CommandName, got: readonly string[], answer: JsonAnswer = "null"): CommandError {
  const command = COMMANDS.find((candidate) => candidate.name === name) ?? { name, words: "" };
  const lines = [
    `${name}: expected ${command.words}, got ${got.length === 0 ? "nothing" : `'${got.join(" ")}'`}`,
    `Usage: ${usageLine(command)}`,
    ...notationOf(command).map((line) => `       ${line}`),
  ];
  return new CommandError("USAGE", lines.join("\n"), answer);
}
