import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { bytesFromText } from "../../bytes.ts";
import { isPrefix } from "../args/abbreviation.ts";
import { type CommandName, mapArgumentsOf } from "../args/commands.ts";
import { isMapKeyword, type MAP_KEYWORDS } from "../args/map-keywords.ts";

/**
 * Returns the words behind a command with `id`, `name`, `pinned` or `file` before each map that stands bare: `dump 7`
 * is `dump id 7`. Words that bpftool understands, prefixes of its keywords among them, and words that make no command
 * line are left as they are.
 */
export function withMapKeywords(command: CommandName, words: readonly string[]): readonly string[] {
  switch (mapArgumentsOf(command)) {
    case "none":
      return words;
    case "one":
      return first(words, (rest) => rest.length === 0);
    case "one, key":
      return first(words, ([next]) => next === undefined || isPrefix(next, "key"));
    case "one, slot":
      return first(words, ([next]) => next === undefined || isPrefix(next, "cpu") || isPrefix(next, "index"));
    case "one, file":
      return first(words, (rest) => rest.length === 1);
    case "verb, one": {
      const [verb, ...rest] = words;
      const count = verb === "check" ? 1 : 0;
      return verb === undefined ? words : [verb, ...first(rest, (behind) => behind.length === count)];
    }
    case "several":
      return all(words);
  }
}

function first(words: readonly string[], fits: (rest: readonly string[]) => boolean): readonly string[] {
  const [word, ...rest] = words;
  return word === undefined || isMapKeyword(word) || !fits(rest) ? words : [keywordOf(word), word, ...rest];
}

function all(words: readonly string[]): readonly string[] {
  const full: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (!isMapKeyword(word)) full.push(keywordOf(word), word);
    else full.push(...words.slice(i, ++i + 1));
  }
  return full;
}

function keywordOf(word: string): (typeof MAP_KEYWORDS)[number] {
  if (/^(?:0x[\da-f]+|\d+)$/i.test(word)) return "id";
  if (word === "-") return "file";
  if (!word.includes("/")) return "name";
  return leadsToBpffs(word) ? "pinned" : "file";
}

/** Returns a hint for a name that is no map's, if there is a file of that name: a path needs a slash. */
export function fileMeant(name: string): string {
  return name !== "" && existsSync(name) ? `; did you mean the file './${name}'?` : "";
}

/** Tells whether a path, or the nearest folder above it that can be looked at, lies in a bpf file system. */
function leadsToBpffs(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    const isThere = isBpffs(at);
    if (isThere !== undefined || dirname(at) === at) return isThere === true;
  }
}

/** `f_type` of a bpf file system. */
const BPF_FS_MAGIC = 0xcafe4a11;

/** Tells whether a path lies in a bpf file system; undefined if it isn't there, or not for this user. */
export function isBpffs(path: string): boolean | undefined {
  try {
    return statfsSync(Buffer.from(bytesFromText(path))).type === BPF_FS_MAGIC;
  } catch {
    return undefined;
  }
}
