import { describe, expect, test } from "vitest";
import { compileInteger } from "../../../../src/codec/access/accessor.ts";
import { membersOf, wholeField } from "../../../../src/codec/access/field.ts";
import { offsetOf, readerOf } from "../../../../src/query/rows/row-reader.ts";
import type { RowRun } from "../../../../src/query/rows/rows.ts";
import { inputOf, layoutOf, runOf } from "../typed-rows.ts";

const INPUT = inputOf({ key: "u16", value: "struct { u8 a; u64 n; }" });
const RUN = runOf(INPUT, [[7, { a: 1, n: 2n ** 64n - 1n }], [8, { a: 2, n: 5 }]]); // biome-ignore format: one line

function readerFor(path: string) {
  const whole = [wholeField("key", layoutOf("u16")), ...membersOf(wholeField("value", INPUT.entryTypes.value))];
  const field = whole.find((one) => one.path === path);
  if (field === undefined) throw new Error(`there is no ${path}`);
  return readerOf(compileInteger(field), field, INPUT.shape);
}

describe("a field of a row", () => {
  test.each<[string, (number | bigint)[]]>([
    ["key", [7, 8]],
    ["value.a", [1, 2]],
    ["value.n", [2n ** 64n - 1n, 5n]],
  ])("%s", (path, values) => {
    const read = readerFor(path);
    expect([0, 1].map((row) => read(RUN, row))).toEqual(values);
  });

  test("of another batch, and of a subset of its entries", () => {
    const read = readerFor("value.a");
    expect(read(RUN, 0)).toBe(1);
    const other: RowRun = { ...runOf(INPUT, [[1, { a: 9, n: 0 }], [2, { a: 10, n: 0 }]]), count: 1, entries: Int32Array.of(1) }; // biome-ignore format: one line
    expect(read(other, 0)).toBe(10);
    expect(read(RUN, 1)).toBe(2);
  });

  test("what is no number is an error", () => {
    const field = wholeField("value", layoutOf("char[4]"));
    expect(() => readerOf(compileInteger(field), field, INPUT.shape)).toThrow("`value` is no number");
  });
});

test("the position of keys, and of values of single CPUs", () => {
  const shape = { keySize: 3, valueSize: 5, cpus: 2, valueStride: 16 };
  const run: RowRun = { ...RUN, entries: Int32Array.of(4, 4), cpus: Int32Array.of(0, 1), cpuStride: 8 };
  const at = (side: "key" | "value"): number[] =>
    [0, 1].map((row) => offsetOf(wholeField(side, layoutOf("u8")), shape)(run, row));
  expect([at("key"), at("value")]).toEqual([
    [12, 12],
    [64, 72],
  ]);
});
