import { expect, test } from "vitest";
import { isByteArray, layoutsOf } from "../../../../src/query/fields/layouts.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { layoutOf } from "../typed-rows.ts";

test.each<[string, boolean]>([
  ["u8[6]", true],
  ["char[6]", true],
  ["s8[1]", true],
  ["u16[6]", false],
  ["u8", false],
  ["u8[2][2]", false],
  ["struct { u8 a; }", false],
])("%s is an array of bytes: %s", (type, expected) => {
  expect(isByteArray(layoutOf(type))).toBe(expected);
});

test("the values that CPUs differ in are no bytes", () => {
  expect(isByteArray({ ...layoutOf("u8[2]"), counted: true } as Layout)).toBe(false);
});

/** A struct of two members of one type, as BTF has them: one node. */
function pairOf(layout: Layout): Layout {
  const fields = ["a", "b"].map((name, i) => ({ name, bitOffset: i * layout.size * 8, bitfieldBits: 0, layout }));
  return { kind: "struct", size: 2 * layout.size, fields, typeName: "struct pair", tagged: false };
}

test("all types of a map, each once", () => {
  const word = layoutOf("u32");
  const names = (entryTypes: Parameters<typeof layoutsOf>[0]): string[] =>
    [...layoutsOf(entryTypes)].map(({ typeName, kind }) => typeName || kind);
  expect(names({ key: pairOf(word), value: word })).toEqual(["u32", "struct pair"]);
  expect(names({ key: undefined, value: pairOf(pairOf(word)) })).toEqual(["struct pair", "struct pair", "u32"]);
  const value = layoutOf("struct v { struct in { u8 x[2]; } in[2]; union { float f; }; }");
  expect(names({ key: word, value })).toEqual([
    "struct v",
    "struct in[2]",
    "struct in",
    "u8[2]",
    "u8",
    "union",
    "float",
    "u32",
  ]);
  const vars = [{ name: "a", offset: 0, layout: pairOf(word) }];
  const section: Layout = { kind: "section", size: 8, typeName: ".bss", tagged: false, vars };
  expect(names({ key: undefined, value: section })).toEqual([".bss", "struct pair", "u32"]);
});
