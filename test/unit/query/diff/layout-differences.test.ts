import { expect, test } from "vitest";
import { layoutDifferences } from "../../../../src/query/diff/layout-differences.ts";
import type { EntryTypes } from "../../../../src/query/fields/path.ts";
import { layoutOf } from "../typed-rows.ts";

function typesOf(value: string, key?: string): EntryTypes {
  return { key: key === undefined ? undefined : layoutOf(key), value: layoutOf(value), untyped: undefined };
}

/** Differences as `PATH: A | B`, with `-` for the side that has none. */
function differences(a: EntryTypes, b: EntryTypes): string[] {
  return layoutDifferences(a, b).map((one) => `${one.path}: ${one.a ?? "-"} | ${one.b ?? "-"}`);
}

test.each<[string, string, string, string[]]>([
  ["the same types", "struct v { u32 a; u32 b; }", "struct v { u32 a; u32 b; }", []],
  ["another type", "struct v { u32 a; }", "struct v { s32 a; }", ["value.a: u32 at byte 0 | s32 at byte 0"]],
  [
    "another name, which is a field less and one more",
    "struct v { u32 a; }",
    "struct v { u32 b; }",
    ["value.a: u32 at byte 0 | -", "value.b: - | u32 at byte 0"],
  ],
  [
    "another place",
    "struct v { u32 a; u32 b; }",
    "struct v { u32 b; u32 a; }",
    ["value.a: u32 at byte 0 | u32 at byte 4", "value.b: u32 at byte 4 | u32 at byte 0"],
  ],
  [
    "another width of a bit-field",
    "struct v { u8 a : 3; u8 b : 5; }",
    "struct v { u8 a : 4; u8 b : 4; }",
    [
      "value.a: u8 : 3, bit 0 at byte 0 | u8 : 4, bit 0 at byte 0",
      "value.b: u8 : 5, bit 3 at byte 0 | u8 : 4, bit 4 at byte 0",
    ],
  ],
  [
    "another size",
    "struct v { u32 a; }",
    "struct v { u32 a; u64 b; }",
    ["value: struct v, 4 bytes | struct v, 16 bytes", "value.b: - | u64 at byte 8"],
  ],
  [
    "arrays as a whole",
    "struct v { u8 a[4]; }",
    "struct v { u8 a[3]; }",
    ["value: struct v, 4 bytes | struct v, 3 bytes", "value.a: u8[4] at byte 0 | u8[3] at byte 0"],
  ],
])("%s", (_, a, b, expected) => {
  expect(differences(typesOf(a), typesOf(b))).toEqual(expected);
});

test("keys come first, and a key that only one map has is a difference", () => {
  expect(differences(typesOf("u32", "u32"), typesOf("u64", "u16"))).toEqual([
    "key: u32 at byte 0 | u16 at byte 0",
    "value: u32 at byte 0 | u64 at byte 0",
  ]);
  expect(differences(typesOf("u32", "u16"), typesOf("u32"))).toEqual(["key: u16 at byte 0 | -"]);
});

test("fields that belong to the kernel are part of the type", () => {
  const [a, b] = ["bpf_timer", "bpf_wq"].map((name) =>
    typesOf(`struct ${name} { u64 o[2]; }; struct v { struct ${name} t; }`),
  );
  expect(differences(a as EntryTypes, b as EntryTypes)).toEqual([]);
});
