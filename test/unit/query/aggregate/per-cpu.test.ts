import { describe, expect, test } from "vitest";
import { viewOf } from "../../../../src/bytes.ts";
import { compileValueDecoder } from "../../../../src/codec/access/value-decoder.ts";
import type { Aggregate } from "../../../../src/query/aggregate/cpu-aggregation.ts";
import { compileAggregation, fieldAggregates } from "../../../../src/query/aggregate/per-cpu.ts";
import { batchOf, inputOf, type KeyValue } from "../typed-rows.ts";

/** The aggregate of one entry as JavaScript values; lists of what CPUs differ in as arrays. */
function folded(
  type: string,
  values: readonly KeyValue[],
  otherwise: Aggregate = "sum",
  chosen = new Map<string, Aggregate>(),
): unknown {
  const input = inputOf({ value: type, cpus: values.length });
  const { value, shape, apply } = compileAggregation(input.entryTypes.value, input.shape, otherwise, chosen);
  const batch = apply(batchOf(input, [[null, ...values]]));
  expect(shape).toEqual({ keySize: 0, valueSize: value.size, cpus: 0, valueStride: value.size });
  expect(batch.count).toBe(1);
  if (value.kind === "array" && value.counted) return listOf(value.element, batch.values);
  return compileValueDecoder(value)(batch.values, viewOf(batch.values), 0);
}

function listOf(element: Parameters<typeof compileValueDecoder>[0], bytes: Uint8Array): unknown[] {
  const decode = compileValueDecoder(element);
  const count = viewOf(bytes).getUint32(0, true);
  return Array.from({ length: count }, (_, i) => decode(bytes, viewOf(bytes), 4 + i * element.size));
}

const BIG = 2n ** 64n - 1n;

describe("values of several CPUs", () => {
  test.each<[string, string, readonly KeyValue[], Aggregate, unknown]>([
    ["the sum of the largest", "u64", [BIG, BIG, BIG], "sum", 3n * BIG],
    ["the sum of the least", "s64", [-(2n ** 63n), -(2n ** 63n)], "sum", -(2n ** 64n)],
    ["an average past 2^53", "u64", [2n ** 63n, 2n ** 63n + 2n], "avg", 2 ** 63],
    ["a negative average", "s32", [-3, -4], "avg", -3.5],
    ["the least with a sign", "s8", [0, -128, 127], "min", -128],
    ["the greatest without one", "u8", [0, 128, 127], "max", 128],
    ["the greatest of 64 bits", "u64", [2n ** 53n + 1n, 2n ** 53n], "max", 2n ** 53n + 1n],
    ["one CPU", "u32", [7], "sum", 7n],
    ["a NaN", "double", [1, "NaN"], "sum", Number.NaN],
    ["the least of doubles", "double", [1.5, -0.5], "min", -0.5],
  ])("%s", (_, type, values, aggregate, expected) => {
    expect(folded(type, values, aggregate)).toEqual(expected);
  });

  test.each<[string, string, readonly KeyValue[], readonly unknown[]]>([
    ["all alike", "enum e { A, B }", [1, 1, 1], ["B"]],
    ["some alike, in the order of the CPUs", "enum e { A, B }", [1, 0, 1], ["B", "A"]],
    ["texts", "char[4]", ["x", "", "x"], ["x", ""]],
    ["bools of several bytes", "_Bool", [true, false, true], [true, false]],
  ])("a list of %s", (_, type, values, expected) => {
    expect(folded(type, values)).toEqual(expected);
  });

  test("texts that differ behind their NUL are alike", () => {
    const input = inputOf({ value: "char[4]", cpus: 2 });
    const { value, apply } = compileAggregation(input.entryTypes.value, input.shape, "sum", new Map());
    const batch = batchOf(input, [[null, "a", "a"]]);
    batch.values[2] = 9;
    if (value.kind !== "array") throw new Error("a list is an array");
    expect(listOf(value.element, apply(batch).values)).toEqual(["a"]);
  });

  test("fields by themselves", () => {
    const type = "struct { u64 n; u64 last; }";
    expect(folded(type, [{ n: 1, last: 5 }, { n: 2, last: 3 }], "sum", new Map([["value.last", "max"]]))).toEqual({ n: 3n, last: 5n }); // biome-ignore format: one line
  });

  test("the next batch is written over the one before", () => {
    const input = inputOf({ value: "u32", cpus: 2 });
    const { apply } = compileAggregation(input.entryTypes.value, input.shape, "sum", new Map());
    const first = apply(batchOf(input, [[null, 1, 2], [null, 3, 4]])); // biome-ignore format: one line
    const sums = (batch: typeof first): number[] =>
      Array.from({ length: batch.count }, (_, i) => Number(viewOf(batch.values).getBigUint64(8 * i, true)));
    expect(sums(first)).toEqual([3, 7]);
    const second = apply(batchOf(input, [[null, 10, 20]]));
    expect([sums(second), second.values === first.values]).toEqual([[30], true]);
  });
});

describe("--agg PATH=AGGREGATE", () => {
  const { entryTypes } = inputOf({
    key: "u32",
    value: "struct { u64 n; u32 list[2]; char comm[4]; void *p; struct { u8 a; } in; }",
    cpus: 2,
  });
  const chosen = (text: string) => [...fieldAggregates({ option: "--agg", text }, entryTypes)];

  test.each<[string, [string, string][]]>([
    ["value.n=max", [["value.n", "max"]]],
    [
      " value.n = avg , value.in=min",
      [
        ["value.n", "avg"],
        ["value.in", "min"],
      ],
    ],
    ["value.list=sum", [["value.list", "sum"]]],
    ["value.n=sum,value.n=max", [["value.n", "max"]]],
    ["value=min", [["value", "min"]]],
  ])("%s", (text, expected) => {
    expect(chosen(text)).toEqual(expected);
  });

  test.each<[string, string]>([
    ["value.n", "PATH=sum, avg, min or max is needed here (such as value.packets=sum)"],
    ["value.n=median", "`median` is none of sum, avg, min, max"],
    ["value.n=", "`` is none of sum, avg, min, max"],
    ["key=sum", "a key is the same on all CPUs"],
    ["value.list[0]=sum", "elements are aggregated alike: name the array"],
    ["value.comm=max", "`value.comm` is a string: it can't be aggregated (CPUs that differ are listed)"],
    ["value.p=max", "`value.p` is no number but `void *`: it can't be aggregated (CPUs that differ are listed)"],
    ["value.m=sum", "no field `m` in `anonymous struct`; did you mean `n`?"],
  ])("refuses %s", (text, message) => {
    expect(() => chosen(text)).toThrow(`--agg: ${message}`);
  });
});
