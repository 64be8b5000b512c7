import { describe, expect, test } from "vitest";
import { viewOf } from "../../../../src/bytes.ts";
import { type Change, type Counter, changeOf, countersOf } from "../../../../src/query/follow/counters.ts";
import { bytesOf, inputOf, inputOfLayouts, layoutOf, queryOf } from "../typed-rows.ts";

function names(value: string, select?: string): string[] {
  return countersOf(queryOf({ key: "u32", value }, select === undefined ? {} : { select })).map(({ name }) => name);
}

describe("the counters of a value", () => {
  test.each<[string, string[]]>([
    ["u64", ["value"]],
    ["char[16]", []],
    ["double", []],
    ["struct { u64 n; s32 d; u8 low : 3; u8 high : 5; }", ["n", "d", "low", "high"]],
    [
      "struct { enum e { A } st; void *p; _Bool on; char c; double load; char comm[4]; u8 raw[2]; }",
      ["raw[0]", "raw[1]"],
    ],
    ["struct { u32 few[2]; u32 many[65]; struct { u8 a; } in; }", ["few[0]", "few[1]", "in.a"]],
    ["struct bpf_timer { u64 o[2]; }; struct { struct bpf_timer t; u64 n; }", ["n"]],
    [
      "struct { u8 a[64]; u32 b[64]; u16 c[64]; u64 d[64]; u8 last; }",
      [...named("a"), ...named("b"), ...named("c"), ...named("d")],
    ],
  ])("%s", (value, expected) => {
    expect(names(value)).toEqual(expected);
  });

  function named(array: string): string[] {
    return Array.from({ length: 64 }, (_, i) => `${array}[${i}]`);
  }

  test("those that are selected", () => {
    expect(names("struct { u64 a; u64 b; char c[4]; }", "value.b,key,value.c")).toEqual(["b"]);
  });

  test.each([
    ["ktime", []],
    ["ifindex", []],
    ["bytes", [true]],
    ["duration", [true]],
  ])("of what %s shows", (rendering, expected) => {
    const value = { ...layoutOf("u64"), rendering };
    const counters = countersOf(queryOf(inputOfLayouts(undefined, value)));
    expect(counters.map(({ countsUp }) => countsUp)).toEqual(expected);
  });
});

describe("changes are exact", () => {
  function counterOf(type: string): Counter {
    const [counter] = countersOf(queryOf({ value: type }));
    if (counter === undefined) throw new Error("an integer is a counter");
    return counter;
  }

  test.each<[string, number | bigint, number | bigint, Change]>([
    ["u32", 5, 7, 2],
    ["u32", 7, 7, 0],
    ["u32", 7, 5, "reset"],
    ["u32", 2 ** 32 - 1, 0, "reset"],
    ["s32", 7, 5, -2],
    ["s32", -(2 ** 31), 2 ** 31 - 1, 2 ** 32 - 1],
    ["u64", 2n ** 53n, 2n ** 53n + 1n, 1n],
    ["u64", 0n, 2n ** 64n - 1n, 2n ** 64n - 1n],
    ["u64", 2n ** 64n - 1n, 0n, "reset"],
    ["s64", 2n ** 63n - 1n, -(2n ** 63n), 1n - 2n ** 64n],
  ])("%s from %s to %s", (type, before, now, expected) => {
    const counter = counterOf(type);
    const layout = layoutOf(type);
    const read = (value: number | bigint): number | bigint => {
      const bytes = bytesOf(layout, value);
      return counter.read(bytes, viewOf(bytes), 0);
    };
    expect(changeOf(counter, read(before), read(now))).toBe(expected);
  });

  test("a bit-field that is read as a bigint, and one that isn't", () => {
    const [wide, narrow] = countersOf(queryOf(inputOf({ value: "struct { u64 wide : 60; u64 narrow : 4; }" })));
    expect([wide?.isWide, wide?.isUnsigned, narrow?.isUnsigned]).toEqual([true, true, true]);
    expect(changeOf(wide as Counter, 2n ** 59n, 2n ** 59n + 3n)).toBe(3n);
    expect(changeOf(narrow as Counter, 1, 9)).toBe(8);
  });
});
