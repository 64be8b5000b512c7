import { expect, test } from "vitest";
import { integerLayout } from "../../../../src/query/fields/synthetic-layouts.ts";
import { compileNumbers } from "../../../../src/query/rows/numbers.ts";
import { wholeRun } from "../../../../src/query/rows/select-rows.ts";

const scope = {
  entryTypes: { key: integerLayout(32, false), value: integerLayout(64, true), untyped: undefined },
  cpu: false,
};
const shape = { keySize: 4, valueSize: 8, cpus: 0, valueStride: 8 };

/** Two entries: 3 with -1, and 4000000000 with 2^62. */
const batch = {
  count: 2,
  keys: new Uint8Array(Uint32Array.of(3, 4_000_000_000).buffer),
  values: new Uint8Array(BigInt64Array.of(-1n, 2n ** 62n).buffer),
  errnos: undefined,
};

test.each([
  ["value", [-1n, 2n ** 62n]],
  ["key", [3, 4_000_000_000]],
  ["value * 4", [-4n, 2n ** 64n]],
  ["key > 5u ? 1 : 0", [0, 1]],
  ["key > 5u", [0, 1]],
  ["double(key) / 2.0", [1.5, 2_000_000_000]],
  ["entry.index", [10, 11]],
  ["1", [1, 1]],
])("%s", (text, expected) => {
  const numbers = compileNumbers({ option: "value", text }, scope, shape);
  expect(numbers(wholeRun(batch, 10)).slice(0, 2)).toEqual(expected);
});

test.each([
  ['"text"', "value: a number is needed here, and this is"],
  ["key ==", "value: "],
  [`${"(".repeat(5000)}1${")".repeat(5000)}`, "value: "],
])("%s is refused", (text, message) => {
  expect(() => compileNumbers({ option: "value", text }, scope, shape)).toThrow(message);
});
