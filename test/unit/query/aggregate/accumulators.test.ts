import { describe, expect, test } from "vitest";
import { viewOf } from "../../../../src/bytes.ts";
import { compileAccessor } from "../../../../src/codec/access/accessor.ts";
import { type Field, membersOf, wholeField } from "../../../../src/codec/access/field.ts";
import { accumulatorOf } from "../../../../src/query/aggregate/accumulators.ts";
import type { QueryInput } from "../../../../src/query/query.ts";
import { inputOf, type KeyValue, runOf } from "../typed-rows.ts";

/** An aggregate of a field over some values: its type and value. */
function aggregated(
  aggregate: string,
  input: QueryInput,
  values: readonly KeyValue[],
  field?: Field,
): [string, unknown] {
  const one = accumulatorOf({ name: "", aggregate, field }, input.shape)();
  const run = runOf(
    input,
    values.map((value) => [null, value] as const),
  );
  for (let row = 0; row < run.count; row++) one.add(run, row);
  const bytes = new Uint8Array(one.layout.size + 1).fill(0xee);
  one.write(viewOf(bytes), 1);
  return [one.layout.typeName, compileAccessor(wholeField("value", one.layout))?.(bytes, viewOf(bytes), 1)];
}

function ofValues(aggregate: string, type: string, values: readonly KeyValue[]): [string, unknown] {
  const input = inputOf({ value: type });
  return aggregated(aggregate, input, values, wholeField("value", input.entryTypes.value));
}

const BIG = 2n ** 64n - 1n;

describe("integers", () => {
  test.each<[string, string, readonly KeyValue[], [string, unknown]]>([
    ["sum", "u8", [255, 255], ["u128", 510n]],
    ["sum", "s8", [-128, -128], ["s128", -256n]],
    ["sum", "u32", [2 ** 32 - 1, 2 ** 32 - 1], ["u128", 2n ** 33n - 2n]],
    ["sum", "u64", [BIG, BIG], ["u128", 2n * BIG]],
    ["sum", "s64", [-(2n ** 63n), -(2n ** 63n)], ["s128", -(2n ** 64n)]],
    ["sum", "u32", [], ["u128", 0n]],
    ["avg", "u32", [1, 2], ["double", 1.5]],
    ["avg", "s32", [-1, 2], ["double", 0.5]],
    ["avg", "u64", [2n ** 63n, 2n ** 63n], ["double", 2 ** 63]],
    ["min", "u8", [255, 0, 7], ["u8", 0]],
    ["max", "s8", [-128, -1], ["s8", -1]],
    ["min", "s32", [-(2 ** 31), 2 ** 31 - 1], ["s32", -(2 ** 31)]],
    ["max", "u64", [2n ** 53n, 2n ** 53n + 1n], ["u64", 2n ** 53n + 1n]],
    ["min", "u64", [BIG, BIG - 1n], ["u64", BIG - 1n]],
    ["min", "s64", [0, -1, -(2n ** 63n)], ["s64", -(2n ** 63n)]],
    ["max", "s64", [-5, -(2n ** 40n)], ["s64", -5n]],
    ["max", "unsigned __int128", [2n ** 100n, 2n ** 127n], ["unsigned __int128", 2n ** 127n]],
    ["max", "enum e { A, B = 9 }", [0, 9], ["enum e", 9]],
    ["sum", "_Bool", [true, true, false], ["u128", 2n]],
  ])("%s of %s", (aggregate, type, values, expected) => {
    expect(ofValues(aggregate, type, values)).toEqual(expected);
  });

  test("bit-fields, whose neighbours don't count", () => {
    const input = inputOf({ value: "struct { u8 low : 3; u8 high : 5; s32 n : 20; s32 rest : 12; }" });
    const [low, , n] = membersOf(wholeField("value", input.entryTypes.value));
    const values = [{ low: 7, high: 31, n: -5, rest: -1 }, { low: 1, high: 0, n: 4, rest: 3 }]; // biome-ignore format: one line
    expect(aggregated("sum", input, values, low)).toEqual(["u128", 8n]);
    expect(aggregated("max", input, values, low)).toEqual(["u128", 7n]);
    expect(aggregated("min", input, values, n)).toEqual(["s128", -5n]);
    expect(aggregated("avg", input, values, n)).toEqual(["double", -0.5]);
  });
});

describe("floating-point numbers", () => {
  test.each<[string, readonly KeyValue[], unknown]>([
    ["sum", [0.5, 0.25], 0.75],
    ["avg", [1, 2], 1.5],
    ["min", [1.5, -2.5], -2.5],
    ["max", ["-Infinity", -2.5], -2.5],
    ["sum", ["NaN", 1], Number.NaN],
    ["min", ["NaN", 1], Number.NaN],
    ["max", [1, "NaN"], Number.NaN],
    ["sum", ["Infinity", "-Infinity"], Number.NaN],
  ])("%s of %j", (aggregate, values, expected) => {
    expect(ofValues(aggregate, "double", values)).toEqual(["double", expected]);
  });

  test("of four bytes", () => {
    expect(ofValues("sum", "float", [0.5, 1.5])).toEqual(["double", 2]);
  });
});

test("count() counts rows", () => {
  const input = inputOf({ value: "u32" });
  expect(aggregated("count", input, [1, 2, 3])).toEqual(["u64", 3n]);
  expect(aggregated("count", input, [])).toEqual(["u64", 0n]);
});

test("numbers that are exact no more go on as bigints", () => {
  const values = Array.from({ length: 5 }, () => 2n ** 127n - 1n);
  expect(
    ofValues(
      "sum",
      "__int128",
      values.map((value) => value >> 64n),
    ),
  ).toEqual(["s128", 5n * ((2n ** 127n - 1n) >> 64n)]);
});
