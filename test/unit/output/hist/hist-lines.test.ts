import { expect, test } from "vitest";
import { histogramLines } from "../../../../src/output/hist/hist-lines.ts";
import type { Scale } from "../../../../src/output/hist/hist-scale.ts";

test.each<[string, readonly bigint[], number, Scale, readonly string[]]>([
  ["nothing", [0n, 0n], 20, { kind: "linear" }, ["(no counts)"]],
  ["nothing at all", [], 20, { kind: "log2" }, ["(no counts)"]],
  [
    "counts of 64 bits",
    [1n, 0n, 2n ** 64n - 1n],
    30,
    { kind: "linear" },
    ["0                    1 |▏    |", "1                    0 |     |", "2 18446744073709551615 |█████|"],
  ],
  [
    "powers of two from the first on",
    [0n, 4n, 0n],
    23,
    { kind: "log2" },
    ["0 -> 1 0 |            |", "2 -> 3 4 |████████████|"],
  ],
  [
    "bpftrace's from the first that counts",
    [0n, 0n, 1n, 2n],
    20,
    { kind: "hist", bits: 0 },
    ["     1 1 |████▌    |", "2 -> 3 2 |█████████|"],
  ],
  ["less room than the labels take", [1n], 3, { kind: "linear" }, ["0 1 |█|"]],
])("%s", (_, counts, width, scale, lines) => {
  expect(histogramLines(counts, width, scale)).toEqual(lines);
});
