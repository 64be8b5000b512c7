import { expect, test } from "vitest";
import { LiveHist } from "../../../../src/cli/watch/live-hist.ts";

/** What is shown of the counts of reads. */
function shown(
  isSinceLast: boolean,
  reads: readonly (readonly bigint[])[],
  titles: readonly string[] = [],
): bigint[][] {
  const live = new LiveHist();
  live.isSinceLast = isSinceLast;
  return reads.map((counts, i) => {
    live.begin();
    return [...live.take(titles[i] ?? "", counts)];
  });
}

const READS = [
  [1n, 2n],
  [1n, 5n, 9n],
  [4n, 1n, 9n],
];

test("all counts", () => {
  expect(shown(false, READS)).toEqual(READS);
});

test("counts since the read before; one that fell was reset", () => {
  expect(shown(true, READS)).toEqual([
    [1n, 2n],
    [0n, 3n, 9n],
    [3n, 1n, 0n],
  ]);
});

test("of each histogram by itself", () => {
  expect(shown(true, READS, ["a", "b", "b"])).toEqual([
    [1n, 2n],
    [1n, 5n, 9n],
    [3n, 1n, 0n],
  ]);
});
