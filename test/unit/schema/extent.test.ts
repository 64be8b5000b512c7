import { expect, test } from "vitest";
import { declareType } from "../../../src/schema/c/declaration.ts";
import { isWithin, usedBytes } from "../../../src/schema/extent.ts";
import { layoutFromBtf } from "../../../src/schema/from-btf.ts";
import type { Layout } from "../../../src/schema/layout.ts";
import { TypeTable } from "../../../src/schema/type-table.ts";

function layoutOf(text: string): Layout {
  const table = new TypeTable();
  return layoutFromBtf(table, declareType(table, text));
}

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
