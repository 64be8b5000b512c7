import { describe, expect, test } from "vitest";
import { viewOf } from "../../../../src/bytes.ts";
import { compileAccessor } from "../../../../src/codec/access/accessor.ts";
import { integerBits, membersOf, wholeField } from "../../../../src/codec/access/field.ts";
import type { Accumulator } from "../../../../src/query/aggregate/accumulator.ts";
import { isWide, WideExtreme, WideField, WideSum } from "../../../../src/query/aggregate/wide-accumulators.ts";
import { inputOf, runOf } from "../typed-rows.ts";

function result(one: Accumulator): unknown {
  const bytes = new Uint8Array(one.layout.size);
  one.write(viewOf(bytes), 0);
  return compileAccessor(wholeField("value", one.layout))?.(bytes, viewOf(bytes), 0);
}

/** Feeds values of `n`, behind a byte of another field, to accumulators. */
function fed(
  type: "u64" | "s64",
  values: readonly bigint[],
): { sum: unknown; avg: unknown; min: unknown; max: unknown } {
  const input = inputOf({ key: "u32", value: `struct { u8 a; ${type} n; }` });
  const [, field] = membersOf(wholeField("value", input.entryTypes.value));
  const bits = field && integerBits(field);
  if (field === undefined || bits === undefined) throw new Error("n is an integer");
  const make = (): WideField => new WideField(field, bits, input.shape);
  const all = {
    sum: new WideSum(false, make()),
    avg: new WideSum(true, make()),
    min: new WideExtreme(true, field.layout, make()),
    max: new WideExtreme(false, field.layout, make()),
  };
  // Two runs, so that the view of a batch isn't kept for the next.
  const half = Math.ceil(values.length / 2);
  for (const part of [values.slice(0, half), values.slice(half)]) {
    const run = runOf(
      input,
      part.map((n, i) => [i, { a: 255, n }] as const),
    );
    for (let row = 0; row < run.count; row++) for (const one of Object.values(all)) one.add(run, row);
  }
  return { sum: result(all.sum), avg: result(all.avg), min: result(all.min), max: result(all.max) };
}

const MOST = 2n ** 64n - 1n;
const LEAST = -(2n ** 63n);

describe("integers of 64 bits without bigints", () => {
  test.each<["u64" | "s64", readonly bigint[], { sum: bigint; avg: number; min: bigint; max: bigint }]>([
    ["u64", [5n], { sum: 5n, avg: 5, min: 5n, max: 5n }],
    ["u64", [MOST, 0n], { sum: MOST, avg: 2 ** 63, min: 0n, max: MOST }],
    [
      "u64",
      [2n ** 32n - 1n, 2n ** 32n],
      { sum: 2n ** 33n - 1n, avg: 2 ** 32 - 0.5, min: 2n ** 32n - 1n, max: 2n ** 32n },
    ],
    ["u64", [2n ** 53n + 1n, 2n ** 53n], { sum: 2n ** 54n + 1n, avg: 2 ** 53, min: 2n ** 53n, max: 2n ** 53n + 1n }],
    ["s64", [LEAST, LEAST], { sum: 2n * LEAST, avg: -(2 ** 63), min: LEAST, max: LEAST }],
    ["s64", [-1n, 1n, -(2n ** 32n)], { sum: -(2n ** 32n), avg: -(2 ** 32) / 3, min: -(2n ** 32n), max: 1n }],
    ["s64", [LEAST, 2n ** 63n - 1n], { sum: -1n, avg: -0.5, min: LEAST, max: 2n ** 63n - 1n }],
  ])("%s %s", (type, values, expected) => {
    expect(fed(type, values)).toEqual(expected);
  });
});

test.each<[string, boolean]>([
  ["u64", true],
  ["s64", true],
  ["u32", false],
  ["struct { u64 a : 60; u64 b : 4; }", false],
  ["unsigned __int128", false],
])("%s is read as two words: %s", (type, expected) => {
  const whole = wholeField("value", inputOf({ value: type }).entryTypes.value);
  const bits = integerBits(membersOf(whole)[0] ?? whole);
  expect(bits !== undefined && isWide(bits)).toBe(expected);
});
