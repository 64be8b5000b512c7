import { describe, expect, test } from "vitest";
import { type EntryTypes, parsePath, resolvePath } from "../../../../src/query/fields/path.ts";
import { bytesLayout } from "../../../../src/query/fields/synthetic-layouts.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { layoutOf } from "../typed-rows.ts";

const TYPES: EntryTypes = {
  key: layoutOf("struct k { u32 addr; u16 port; }"),
  value: layoutOf(
    "struct v { u64 n; struct { u8 a; u8 low : 3; u8 high : 5; } at; u32 slots[3][2]; struct { u8 x; }; char comm[8]; }",
  ),
  untyped: undefined,
};

/** Steps as `.NAME`, `[I]` and `*`. */
function steps(text: string, from?: number, to?: number): string {
  const parsed = parsePath({ option: "--select", text }, from, to);
  return parsed
    .map((step) => (step.kind === "name" ? `.${step.name}` : step.kind === "index" ? `[${step.index}]` : "*"))
    .join(" ");
}

describe("steps of a path", () => {
  test.each<[string, string]>([
    ["key", ".key"],
    ["value.n", ".value .n"],
    ["value.slots[2][1]", ".value .slots [2] [1]"],
    [" value .n ", ".value .n"],
    ["value [ 3 ]", ".value [3]"],
    ['value["odd name"].x', ".value .odd name .x"],
    ['value["a\\"]b"]', '.value .a"]b'],
    ['value["\\u00e9"]', ".value .é"],
    ["value.*", ".value *"],
    ["*", "*"],
    ["value.slots[*].x", ".value .slots * .x"],
    ["value.in.if.true", ".value .in .if .true"],
    ["value._0.a_1", ".value ._0 .a_1"],
    ["value[00012]", ".value [12]"],
  ])("%s", (text, expected) => {
    expect(steps(text)).toBe(expected);
  });

  test("of a part of a text, with ranges of the whole", () => {
    const text = "sum(value.n)";
    expect(steps(text, 4, 11)).toBe(".value .n");
    expect(parsePath({ option: "--agg", text }, 4, 11)[1]?.range).toEqual({ start: 10, end: 11 });
  });

  test.each<[string, string]>([
    ["", "a path is missing (such as key.saddr)"],
    [".n", "not a path"],
    ["value n", "not a path"],
    ["value..n", "not a path"],
    ["value. n", "not a path"],
    ["value.", "not a path"],
    ["value[-1]", "not a path"],
    ["value[1.5]", "not a path"],
    ["value[x]", "not a path"],
    ["value[]", "not a path"],
    ["value['a']", "not a path"],
    ['value["\\x"]', "not a string (escapes are those of JSON)"],
    ["value.é", "not a path"],
    ["1", "not a path"],
    ["  ", "not a path"],
  ])("refuses %j", (text, message) => {
    expect(() => steps(text)).toThrow(`--select: ${message}`);
  });
});

function resolved(text: string, entryTypes: EntryTypes = TYPES): string {
  const source = { option: "--select", text };
  const { path, side, bitOffset, bitfieldBits, layout } = resolvePath(source, entryTypes, parsePath(source));
  return `${side} ${path} ${layout.typeName} at ${bitOffset}${bitfieldBits > 0 ? `:${bitfieldBits}` : ""}`;
}

describe("fields of a path", () => {
  test.each<[string, string]>([
    ["key", "key key struct k at 0"],
    ["key.port", "key key.port u16 at 32"],
    ["value.n", "value value.n u64 at 0"],
    ["value.at.high", "value value.at.high u8 at 75:5"],
    ["value.slots[2]", "value value.slots[2] u32[2] at 224"],
    ["value.slots[2][1]", "value value.slots[2][1] u32 at 256"],
    ["value.x", "value value.x u8 at 288"],
    ['value["n"]', "value value.n u64 at 0"],
  ])("%s", (text, expected) => {
    expect(resolved(text)).toBe(expected);
  });

  test.each<[string, string]>([
    ["kee", "a path begins with key or value; did you mean `key`?"],
    ["n", "a path begins with key or value"],
    ["[0]", "a path begins with key or value"],
    ["value.m", "no field `m` in `struct v`; did you mean `n`?"],
    ["value.elsewhere", "no field `elsewhere` in `struct v` (it has `n`, `at`, `slots`, `x`, `comm`)"],
    ["value.n.low", "`value.n` is no struct but `u64`: it has no fields"],
    ["value.n[0]", "`value.n` is no array but `u64`"],
    ["value.slots[3]", "`value.slots` has 3 elements: 0 to 2"],
    ["value.slots[4294967296]", "`value.slots` has 3 elements: 0 to 2"],
    ["value.*", "* stands for several fields, and one is needed here"],
    ["value.at.__proto__", "no field `__proto__` in `anonymous struct`"],
  ])("refuses %s", (text, message) => {
    expect(() => resolved(text)).toThrow(`--select: ${message}`);
  });

  test.each<[string, Layout, string]>([
    ["value.name", layoutOf("enum e { A }"), "`value` is no struct but `enum e`: it has no fields (leave out `.name`)"],
    [
      "value.value",
      layoutOf("enum e { A }"),
      "`value` is no struct but `enum e`: it has no fields (leave out `.value`)",
    ],
    [
      "value.text",
      { ...layoutOf("u64"), rendering: "ktime" },
      "`value` is no struct but `u64`: it has no fields (leave out `.text`)",
    ],
    ["value.text", layoutOf("u64"), "`value` is no struct but `u64`: it has no fields\n"],
    ["value.label", layoutOf("enum e { A }"), "`value` is no struct but `enum e`: it has no fields\n"],
  ])("members that only the output shows: %s", (text, value, message) => {
    expect(() => resolved(text, { ...TYPES, value })).toThrow(`--select: ${message}`);
  });

  test("a map without a key", () => {
    expect(() => resolved("key", { ...TYPES, key: undefined })).toThrow("--select: this map has no key to read");
  });

  test("an element past the end of an empty array", () => {
    expect(() => resolved("value[0]", { ...TYPES, value: layoutOf("u32[0]") })).toThrow("`value` has 0 elements");
  });

  test("a map without types has bytes", () => {
    const bare: EntryTypes = { key: bytesLayout(4), value: bytesLayout(2), untyped: "the map has no BTF" };
    expect(resolved("key.bytes[3]", bare)).toBe("key key.bytes[3] byte at 24");
    expect(resolved("value.bytes", bare)).toBe("value value.bytes bytes at 0");
    expect(resolved("value[1]", bare)).toBe("value value[1] byte at 8");
    expect(() => resolved("key.addr", bare)).toThrow(
      "no fields are known of key: the map has no BTF (key.bytes[0] works)",
    );
    expect(() => resolved("value.bytes.x", bare)).toThrow("`value.bytes` is no struct but `bytes`: it has no fields");
  });
});
