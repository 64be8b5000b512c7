import { expect, test } from "vitest";
import { trieEntries } from "../../../src/reader/trie-entries.ts";

test.each<[what: string, memlock: string | undefined, keySize: number, valueSize: number, entries: number | undefined]>(
  [
    ["Linux 6.18, measured: 8 + 64 bytes, five entries", "460", 8, 64, 5],
    ["Linux 6.18, measured: 20 + 8 bytes, one entry", "48", 20, 8, 1],
    ["a node with an rcu_head, before 6.13", "432", 8, 64, 4],
    ["a million entries", "92000000", 8, 64, 1_000_000],
    ["no such line", undefined, 8, 64, undefined],
    ["no number", "many", 8, 64, undefined],
    ["an empty trie", "0", 8, 64, undefined],
    ["before 6.4: max_entries in whole pages", "4096", 8, 4, undefined],
    ["whole pages that would fit", String(92 * 1024), 8, 64, undefined],
    ["not the size of any node", "461", 8, 64, undefined],
    ["a multiple of both sizes", String(92 * 108), 8, 64, undefined],
    ["more than a number holds", "9".repeat(20), 8, 64, undefined],
  ],
)("%s", (_what, memlock, keySize, valueSize, entries) => {
  expect(trieEntries(memlock, keySize, valueSize)).toBe(entries);
});
