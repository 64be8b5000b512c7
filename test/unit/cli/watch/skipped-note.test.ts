import { expect, test } from "vitest";
import { skippedNote } from "../../../../src/cli/watch/skipped-note.ts";

test.each([
  [1, 16.4, "Note: conns: 1 tick skipped: reading took 16 ms, longer than --interval"],
  [3, 200, "Note: conns: 3 ticks skipped: reading took 200 ms, longer than --interval"],
  [1, 0.3, "Note: conns: 1 tick skipped: the machine was busy"],
])("%d skipped after a read of %d ms", (skipped, took, expected) => {
  expect(skippedNote("conns", skipped, { took, interval: 10 })).toBe(expected);
});
