import { describe, expect, test } from "vitest";
import { declareType } from "../../../src/schema/c/declaration.ts";
import { elementsWithin, isWithin, trailingArray, usedBytes } from "../../../src/schema/extent.ts";
import { layoutFromBtf } from "../../../src/schema/from-btf.ts";
import type { Layout } from "../../../src/schema/layout.ts";
import { TypeTable } from "../../../src/schema/type-table.ts";

function layoutOf(text: string): Layout {
  const table = new TypeTable();
  return layoutFromBtf(table, declareType(table, text));
}

describe("the array that a type ends with", () => {
  test.each([
    ["struct { u32 kind, len; char data[]; }", "data@8[0]"],
    ["struct { u32 kind; u16 len; char data[]; }", "data@6[0]"],
    ["struct { u32 kind; char data[0]; }", "data@4[0]"],
    ["struct { u64 ts; char args[7680]; }", "args@8[7680]"],
    ["struct { u64 ts; char comm[5]; }", "comm@8[5]"],
    ["struct { u32 n; struct { u32 m; u16 list[]; } tail; }", "tail.list@8[0]"],
    ["struct { u32 n; struct { u8 a; u8 list[2]; } tail; }", "tail.list@5[2]"],
    ["struct { u32 n; struct { u32 m; u16 list[]; }; }", ".list@8[0]"],
    ["struct { char data[]; }", "data@0[0]"],
    ["u32[4]", "@0[4]"],
    ["struct { u32 n; struct { u8 x; u32 y; } items[]; }", "items@4[0]"],
  ])("%s: %s", (text, expected) => {
    const found = trailingArray(layoutOf(text));
    expect(found).toBeDefined();
    expect(`${found?.path.map(({ name }) => name).join(".")}@${found?.offset}[${found?.array.length}]`).toBe(expected);
    expect(found?.isFlexible).toBe(expected.endsWith("[0]"));
  });

  test.each([
    "u32",
    "struct { char name[4]; u32 n; }",
    "struct { u32 n; union { char a[8]; u64 b; }; }",
    "struct { u32 n : 4; }",
    "struct { u32 n; struct { } none[]; }",
    "struct { }",
  ])("%s has none", (text) => {
    expect(trailingArray(layoutOf(text))).toBeUndefined();
  });
});

test.each([
  ["struct { u32 kind, len; char data[]; }", [0, 8, 9, 108], [0, 0, 1, 100]],
  ["struct { u32 kind; u16 len; char data[]; }", [6, 7, 8], [0, 1, 2]],
  ["struct { u64 ts; u32 list[4]; }", [0, 8, 11, 12, 23, 24, 1000], [0, 0, 0, 1, 3, 4, 4]],
  ["struct { u32 n; u64 list[]; }", [7, 8, 15, 16, 24], [0, 0, 0, 1, 2]],
])("%s: elements within %j bytes: %j", (text, bytes, counts) => {
  const tail = trailingArray(layoutOf(text));
  expect(tail && bytes.map((length) => elementsWithin(tail, length))).toEqual(counts);
});

test.each([
  ["struct { u64 a; u32 b; u8 c; }", 13, 16],
  ["struct { u64 a[5]; u32 b; char c[3]; }", 47, 48],
  ["struct { u64 a; u32 b : 3; }", 9, 16],
  ["union { u64 a; struct { u32 b; u8 c; } d; }", 8, 8],
  ["struct { struct { u32 a; u8 b; } list[2]; }", 13, 16],
  ["struct { u32 kind; u16 len; char data[]; }", 6, 8],
  ["u32", 4, 4],
  ["struct { }", 0, 0],
])("%s uses %i of its %i bytes", (text, used, size) => {
  const layout = layoutOf(text);
  expect([usedBytes(layout), layout.size]).toEqual([used, size]);
});

test("a field is there if all of its bits are", () => {
  const layout = layoutOf("struct { u32 a; u32 b : 3; u32 c : 30; char d[4]; }");
  const fields = layout.kind === "struct" ? layout.fields : [];
  const within = (bytes: number, at = 0): string =>
    fields
      .filter((field) => isWithin(field, at, bytes))
      .map(({ name }) => name)
      .join("");
  expect([0, 3, 4, 5, 11, 12, 15, 16].map((bytes) => within(bytes))).toEqual([
    "",
    "",
    "a",
    "ab",
    "ab",
    "abc",
    "abc",
    "abcd",
  ]);
  expect([19, 20].map((bytes) => within(bytes, 16))).toEqual(["", "a"]);
});
