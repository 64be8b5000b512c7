import { type CommandName, mapArgumentsOf } from "../../args/commands.ts";
import type { ValueFlag } from "../../args/flag.ts";
import { flagsOf } from "../../args/flags.ts";
import { splitArguments } from "../../args/getopt.ts";
import { isMapKeyword, MAP_KEYWORDS } from "../../args/map-keywords.ts";
import { commandOf, commandWords, parseArgv } from "../../args/parse-argv.ts";

/** The kind of thing that may stand at the place of a word of a command line. */
export type Spot =
  | { readonly kind: "command" }
  | { readonly kind: "flag"; readonly command: CommandName | undefined }
  /** The value of a flag; `before` is what stands before it in the same word: `--sort=`. */
  | {
      readonly kind: "value";
      readonly flag: ValueFlag;
      readonly command: CommandName | undefined;
      readonly before: string;
    }
  /** A map: bare, or a word that says how it is named. */
  | { readonly kind: "map"; readonly command: CommandName }
  /** The word that stands behind `id`, `name`, `pinned` or `file`. */
  | { readonly kind: "named map"; readonly command: CommandName; readonly by: (typeof MAP_KEYWORDS)[number] }
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "topic" }
  | { readonly kind: "file" }
  | { readonly kind: "nothing" };

/** Returns what may stand at the place of `current`, and the words behind the command that stand before it. */
export function spotOf(
  before: readonly string[],
  current: string,
): { readonly spot: Spot; readonly words: readonly string[] } {
  const flags = flagsOf(parseArgv(before).use);
  const { given, words } = splitArguments([...before, PLACE], flags);
  const last = given.at(-1);
  const line = commandWords(words.filter((word) => word !== PLACE));
  const isNamed = words.some((word) => word !== PLACE && word !== "map");
  const command = isNamed ? commandOf(line) : undefined;
  const behind = line.slice(1);
  // `save --all` is followed by the file alone.
  const isOfAllMaps = command === "save" && given.some(({ named }) => named.flag.name === "all");
  const at = (spot: Spot): { spot: Spot; words: readonly string[] } => ({ spot, words: behind });
  if (last?.text === PLACE && last.named.flag.value !== undefined) {
    return at({ kind: "value", flag: last.named.flag, command, before: "" });
  }
  const isFlag = current.startsWith("-") && current !== "-" && !before.includes("--");
  if (isFlag && current.includes("=")) {
    const [joined] = splitArguments([current], flags).given;
    const flag = joined?.named.flag;
    if (flag?.value === undefined) return at({ kind: "nothing" });
    return at({ kind: "value", flag, command, before: current.slice(0, current.indexOf("=") + 1) });
  }
  if (isFlag) return at({ kind: "flag", command });
  if (!isNamed) return at({ kind: "command" });
  if (command === undefined) return at({ kind: "nothing" });
  if (isOfAllMaps) return at(behind.length === 0 ? { kind: "file" } : { kind: "nothing" });
  return at(wordSpot(command, behind));
}

/** Stands for the word at the cursor; no argument has a NUL. */
const PLACE = "\0";

function wordSpot(command: CommandName, words: readonly string[]): Spot {
  switch (mapArgumentsOf(command)) {
    case "one":
      return mapSpot(command, words) ?? { kind: "nothing" };
    case "one, key":
      return mapSpot(command, words) ?? keyWords(words);
    case "one, slot":
      return mapSpot(command, words) ?? { kind: "words", words: ["cpu", "index"] };
    case "one, file":
      return mapSpot(command, words) ?? { kind: "file" };
    case "several":
      return mapSpot(command, words, "several") ?? { kind: "nothing" };
    case "verb, one": {
      const [verb, ...rest] = words;
      if (verb === undefined) return { kind: "words", words: ["show", "export", "check"] };
      return mapSpot(command, rest) ?? (verb === "check" ? { kind: "file" } : { kind: "nothing" });
    }
    case "none":
      return words.length === 0 ? onlyWordSpot(command) : { kind: "nothing" };
  }
}

/** The place of the only word of a command that takes no map. */
function onlyWordSpot(command: CommandName): Spot {
  switch (command) {
    case "help":
      return { kind: "topic" };
    case "completion":
      return { kind: "words", words: ["bash", "zsh", "fish"] };
    case "verifier":
      return { kind: "file" };
    default:
      return { kind: "nothing" };
  }
}

function keyWords(words: readonly string[]): Spot {
  const last = words.at(-1) ?? "";
  if (last === "key") return { kind: "words", words: ["hex"] };
  return words.includes("key") ? { kind: "nothing" } : { kind: "words", words: ["key"] };
}

/** Returns the place in the words of a map, or of each of several; undefined behind a map that is complete. */
function mapSpot(command: CommandName, words: readonly string[], how: "one" | "several" = "one"): Spot | undefined {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (isMapKeyword(word)) {
      i += 1;
      if (i === words.length) {
        const by = MAP_KEYWORDS.find((keyword) => keyword.startsWith(word)) ?? "id";
        return { kind: "named map", command, by };
      }
    }
    if (how === "one") return undefined;
  }
  return { kind: "map", command };
}
