import { textFromBytes } from "../../src/bytes.ts";
import type { Random } from "../helpers/random.ts";
import { mutate } from "./mutate.ts";

/** What ends, begins or overflows something in most languages. */
const PIECES: readonly string[] = [
  "0",
  "-1",
  "1e999",
  "4294967296",
  "18446744073709551616",
  "9".repeat(400),
  '"',
  "'",
  "\\",
  "`",
  "*/",
  "//",
  "\n",
  "\u2028",
  "\u202e",
  "\u001b]0;x\u0007",
  "\udcff",
  "__proto__",
  "constructor",
  "toString",
  "{",
  "}",
  "[",
  "]",
  "(",
  ")",
  ",",
  ";",
  ":",
  "*",
  "&",
  "!",
];

/** Of what is put in at one place. */
const LONGEST = 10_000;

/**
 * A text with a few changes: bytes as `mutate` changes them, pieces of trouble put in, words of it doubled or swapped.
 */
export function mutateText(text: string, random: Random): string {
  if (random.chance(0.3)) return textFromBytes(mutate(Buffer.from(text), random));
  let changed = text;
  for (let n = random.between(1, 3); n > 0; n--) changed = random.pick(CHANGES)(changed, random);
  return changed;
}

const CHANGES: readonly ((text: string, random: Random) => string)[] = [
  (text, random) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + random.pick(PIECES) + text.slice(at);
  },
  (text, random) => replaceOne(text, /-?\d+/g, random.pick(PIECES), random),
  (text, random) => replaceOne(text, /\w+/g, random.pick(PIECES), random),
  (text, random) => {
    const words = text.match(/\w+/g) ?? [""];
    return replaceOne(text, /\w+/g, random.pick(words), random);
  },
  (text, random) => {
    const piece = random.pick(PIECES);
    return replaceOne(text, /[^\w\s]/g, piece.repeat(random.pick([1, 2, 70, 3000])).slice(0, LONGEST), random);
  },
  (text, random) => text.slice(0, random.below(text.length + 1)),
];

function replaceOne(text: string, pattern: RegExp, piece: string, random: Random): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text + piece;
  const match = random.pick(found);
  return text.slice(0, match.index) + piece + text.slice(match.index + match[0].length);
}
