import { describe, expect, test } from "vitest";
import {
  elementOf,
  integerBits,
  isText,
  memberNames,
  memberOf,
  membersOf,
  memberText,
  wholeField,
} from "../../../../src/codec/access/field.ts";
import { declared } from "../../../helpers/generated-layouts.ts";

const value = (text: string) => wholeField("value", declared(text));

describe("members", () => {
  const record = value(
    "struct { u8 a; struct { u16 b; union { u32 c; u8 d; }; }; u8 : 3; u8 e : 2; struct { u8 f; } g; }",
  );

  test("have paths and offsets through anonymous ones", () => {
    expect(membersOf(record).map(({ path, bitOffset, bitfieldBits }) => [path, bitOffset, bitfieldBits])).toEqual([
      ["value.a", 0, 0],
      ["value.b", 32, 0],
      ["value.c", 64, 0],
      ["value.d", 64, 0],
      ["value.e", 99, 2],
      ["value.g", 104, 0],
    ]);
    expect(memberNames(record)).toEqual(["a", "b", "c", "d", "e", "g"]);
  });

  test("are found by name, one level at a time", () => {
    const inner = memberOf(record, "g");
    expect(inner && memberOf(inner, "f")).toMatchObject({ path: "value.g.f", bitOffset: 104 });
    expect(memberOf(record, "f")).toBeUndefined();
    expect(memberOf(record, "constructor")).toBeUndefined();
  });

  test.each(["u32", "u32[2]", "void *"])("%s has none", (text) => {
    expect(membersOf(value(text))).toEqual([]);
    expect(memberNames(value(text))).toEqual([]);
    expect(memberOf(value(text), "x")).toBeUndefined();
  });
});

describe("elements", () => {
  test("have the path and offset of their index", () => {
    const matrix = elementOf(value("struct { u8 pad; } [3][2]"), 2);
    expect(matrix).toMatchObject({ path: "value[2]", bitOffset: 32 });
    expect(matrix && elementOf(matrix, 1)).toMatchObject({ path: "value[2][1]", bitOffset: 40 });
  });

  test.each([
    ["u32[3]", 3],
    ["u32[3]", -1],
    ["u32[3]", 0.5],
    ["u32[0]", 0],
    ["u32", 0],
    ["struct { u8 a; }", 0],
  ])("%s has no element %d", (text, index) => {
    expect(elementOf(value(text), index)).toBeUndefined();
  });
});

test.each([
  ["saddr", ".saddr"],
  ["_0", "._0"],
  ["0", '["0"]'],
  ["odd name", '["odd name"]'],
  ['a"b', '["a\\"b"]'],
  ["é", '["é"]'],
  ["", '[""]'],
])("the path of %j is %s", (name, path) => {
  expect(memberText(name)).toBe(path);
});

test.each([
  ["char[4]", true],
  ["char[0]", false],
  ["char", false],
  ["u8[4]", false],
  ["s8[4]", false],
  ["char[2][4]", false],
])("%s is text: %s", (text, expected) => {
  expect(isText(declared(text))).toBe(expected);
});

describe("the bits of an integer", () => {
  test.each([
    ["u16", { start: 0, width: 16, signed: false }],
    ["s64", { start: 0, width: 64, signed: true }],
    ["__int128", { start: 0, width: 128, signed: true }],
    ["enum { A = -1 }", { start: 0, width: 32, signed: true }],
    ["enum { A = 1 } __packed", { start: 0, width: 8, signed: false }],
    ["void *", { start: 0, width: 64, signed: false }],
    ["double", undefined],
    ["u8[2]", undefined],
    ["struct { u8 a; }", undefined],
  ])("of %s", (text, bits) => {
    expect(integerBits(value(text))).toEqual(bits);
  });

  test("of a bit-field are its own", () => {
    const record = value("struct { s32 a : 3; s32 b : 12; }");
    expect(membersOf(record).map(integerBits)).toEqual([
      { start: 0, width: 3, signed: true },
      { start: 3, width: 12, signed: true },
    ]);
  });

  test("of an integer with its bits inside of its bytes are counted from there", () => {
    const layout = { ...declared("u32"), kind: "int", bits: 13, bitOffset: 3 } as const;
    const whole = { ...wholeField("value", declared("u32")), bitOffset: 64 };
    expect(integerBits({ ...whole, layout: { encoding: "unsigned", isChar: false, ...layout } })).toEqual({
      start: 67,
      width: 13,
      signed: false,
    });
  });
});
