import { expect, test } from "vitest";
import type { ReadReport, ReadStop } from "../../../src/reader/entries.ts";
import { untilKnown } from "../../../src/reader/one-pass.ts";
import { newReport } from "../../../src/reader/read-target.ts";
import { MAP_TYPES, type MapTypeName } from "../../helpers/map-types.ts";
import { sampleMap } from "../snapshot/sample-maps.ts";

type Pass = readonly [count: number, why: ReadStop["why"] | undefined];

/** Reads a map whose passes count this. */
async function count(
  type: MapTypeName,
  passes: readonly Pass[],
): Promise<{ reads: number; count: number; complete: boolean }> {
  let reads = 0;
  const { report, counted } = await untilKnown(
    sampleMap({ info: { type: MAP_TYPES[type] } }),
    async () => {
      const [counted = -1, why] = passes[reads++] ?? [];
      const stop = why === "errno" ? ({ why, call: "batch", number: 1 } as const) : why && { why };
      const report: ReadReport = { ...newReport("batch"), complete: why === undefined, ...(stop && { stop }) };
      return { report, counted };
    },
    (read) => read.counted,
  );
  expect(report.complete).toBe(report.stop === undefined);
  return { reads, count: counted, complete: report.complete };
}

test.each<
  [what: string, type: MapTypeName, passes: readonly Pass[], reads: number, counted: number, complete: boolean]
>([
  ["a pass that is known to be whole", "lpm_trie", [[5, undefined]], 1, 5, true],
  [
    "one that isn't, and one that is",
    "lpm_trie",
    [
      [7, "changing"],
      [5, undefined],
    ],
    2,
    5,
    true,
  ],
  [
    "a trie that changes all the time: the last pass",
    "lpm_trie",
    [
      [7, "changing"],
      [8, "changing"],
      [8, "changing"],
      [6, "changing"],
    ],
    4,
    6,
    false,
  ],
  [
    "no telling, and two passes that agree",
    "lpm_trie",
    [
      [7, "unsure"],
      [7, "unsure"],
    ],
    2,
    7,
    true,
  ],
  [
    "no telling, and passes that differ",
    "lpm_trie",
    [
      [7, "unsure"],
      [8, "unsure"],
      [7, "unsure"],
      [9, "unsure"],
    ],
    4,
    9,
    false,
  ],
  ["an errno is an errno", "lpm_trie", [[7, "errno"]], 1, 7, false],
  ["a hash that gave up is not read again", "hash", [[7, "changing"]], 1, 7, false],
])("%s", async (_what, type, passes, reads, counted, complete) => {
  expect(await count(type, passes)).toEqual({ reads, count: counted, complete });
});
