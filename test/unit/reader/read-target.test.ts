import { expect, test } from "vitest";
import { BATCH_BYTES, BATCH_ENTRIES, batchCapacity } from "../../../src/reader/read-target.ts";

test.each<[what: string, keySize: number, valueBytes: number, maxEntries: number, capacity: number]>([
  ["small entries", 4, 8, 1_000_000, BATCH_ENTRIES],
  ["no more than the map can have", 4, 8, 100, 100],
  ["large entries", 8, 1016, 1_000_000, BATCH_BYTES / 1024],
  ["an entry that is larger than a batch", 8, 2 * BATCH_BYTES, 1_000_000, 1],
  ["entries of no bytes", 0, 0, 1_000_000, BATCH_ENTRIES],
  ["a map that has no maximum", 4, 8, 0, 1],
])("%s", (_what, keySize, valueBytes, maxEntries, capacity) => {
  expect(batchCapacity(keySize, valueBytes, maxEntries)).toBe(capacity);
});
