import { CommandError, type JsonAnswer } from "../result/command-error.ts";
import { isPrefix } from "./abbreviation.ts";
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

/** A map that was named without saying how. */
function wordsMeant({ words }: Pick<Command, "words">, got: readonly string[]): string | undefined {
  const [word = ""] = got;
  if (got.length !== 1 || !/^MAP(?:$| \[)/.test(words) || HOW.some((how) => isPrefix(word, how))) return undefined;
  if (/^\d+$/.test(word)) return `id ${word}`;
  if (/\.(?:ndjson|gz)$/.test(word)) return `file ${word}`;
  return word.includes("/") ? `pinned ${word}` : `name ${word}`;
}

const HOW: readonly string[] = ["id", "name", "pinned", "file"];

/**
 * A command with the wrong words behind it. Most of bpftool's show its usage then, which in JSON is `null`; `answer` is
 * for the one that doesn't.
 */
export function wrongWords(name: CommandName, got: readonly string[], answer: JsonAnswer = "null"): CommandError {
  const command = COMMANDS.find((candidate) => candidate.name === name) ?? { name, words: "" };
  const meant = wordsMeant(command, got);
  const hint = meant === undefined ? "" : ` (did you mean: ebpf-map ${name} ${meant}?)`;
  const lines = [
    `${name}: expected ${command.words}, got ${got.length === 0 ? "nothing" : `'${got.join(" ")}'`}${hint}`,
    `Usage: ${usageLine(command)}`,
    ...notationOf(command).map((line) => `       ${line}`),
  ];
  return new CommandError("USAGE", lines.join("\n"), answer);
}
