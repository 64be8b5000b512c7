import { CommandLineMistake, type JsonAnswer } from "../result/command-error.ts";
import { COMMANDS, type Command, type CommandName } from "./commands.ts";
import { isMapKeyword, MAP_KEYWORDS } from "./map-keywords.ts";
import { anyOf } from "./values/choice.ts";

/** The definitions of `MAP` and `DATA` in usage lines. */
export const NOTATION: readonly string[] = [
  "MAP  := [id] N | [name] NAME | [pinned] PATH | [file] SNAPSHOT",
  "DATA := [hex] BYTE BYTE …",
];

/** Returns the usage lines of a command: `ebpf-map dump MAP`. */
export function usageLines({ name, forms }: Pick<Command, "name" | "forms">): string[] {
  return forms.map((form) => `ebpf-map ${name} ${form}`.trimEnd());
}

/** Returns the lines of {@link NOTATION} that a command's forms need. */
export function notationOf({ forms }: Pick<Command, "forms">): string[] {
  return NOTATION.filter((line) => forms.some((form) => form.includes(line.slice(0, 4).trimEnd())));
}

/**
 * Returns the error for wrong words behind a command. Most commands of bpftool answer with their usage, which is `null`
 * in JSON; `answer` is for the one that doesn't.
 */
export function wrongWords(name: CommandName, got: readonly string[], answer: JsonAnswer = "null"): CommandLineMistake {
  const command = COMMANDS.find((candidate) => candidate.name === name) ?? { name, forms: [""] as const };
  const meant = wordsMeant(command, got);
  const hint = meant === undefined ? "" : ` (did you mean: ebpf-map ${name} ${meant}?)`;
  const lines = [
    `${name}: expected ${expected(command)}, got ${got.length === 0 ? "nothing" : `'${got.join(" ")}'`}${hint}`,
    ...usageLines(command).map((line, i) => `${i === 0 ? "Usage:" : "      "} ${line}`),
    ...notationOf(command).map((line) => `       ${line}`),
  ];
  return new CommandLineMistake(lines.join("\n"), answer);
}

/** Returns the forms without optional flags. */
function expected({ forms }: Pick<Command, "forms">): string {
  return anyOf(forms.map((form) => form.replace(/ ?\[-[^\]]*\]/g, "") || "nothing"));
}

/** Returns the words that were probably meant by a keyword alone: it may be the beginning of a map's name. */
function wordsMeant({ forms }: Pick<Command, "forms">, got: readonly string[]): string | undefined {
  const [word = ""] = got;
  if (got.length !== 1 || word === "" || !/^\[?MAP\b/.test(forms[0])) return undefined;
  const isAbbreviated = MAP_KEYWORDS.every((keyword) => word !== keyword) && isMapKeyword(word);
  return isAbbreviated ? `name ${word}` : undefined;
}
