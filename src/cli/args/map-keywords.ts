import { isPrefix } from "./abbreviation.ts";

/** The words that say how the next one names a map. */
export const MAP_KEYWORDS = ["id", "name", "pinned", "file"] as const;

/** Tells whether a word is one of the keywords or, as bpftool reads them, a prefix of one. */
export function isMapKeyword(word: string): boolean {
  return MAP_KEYWORDS.some((keyword) => isPrefix(word, keyword));
}
