import { describe, expect, test } from "vitest";
import { viewOf } from "../../../../src/bytes.ts";
import {
  compileAccessor,
  compileFloat,
  compileInteger,
  type ScalarKind,
  scalarKind,
  textEnd,
  typeText,
} from "../../../../src/codec/access/accessor.ts";
import { type Field, memberOf, wholeField } from "../../../../src/codec/access/field.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { declared } from "../../../helpers/generated-layouts.ts";

const RECORD = `struct {
  u8 first; s16 little : 5; u16 rest : 11; u64 big; bool seen; bool bit : 1; enum state { UP = 1, DOWN = -1 } st;
  void *where; float ratio; double exact; char name[4]; u8 raw[2]; struct { u8 deep; } inner;
}`;

/** A member of the record, whose bytes are all zero but for those given at its own offset. */
function member(name: string): Field {
  const field = memberOf(wholeField("value", declared(RECORD)), name);
  if (field === undefined) throw new Error(`there is no ${name}`);
  return field;
}

test.each<[name: string, kind: ScalarKind]>([
  ["first", "integer"],
  ["little", "integer"],
  ["seen", "bool"],
  ["bit", "bool"],
  ["st", "integer"],
  ["where", "integer"],
  ["ratio", "float"],
  ["exact", "float"],
  ["name", "text"],
  ["raw", "none"],
  ["inner", "none"],
])("%s is of the kind %s", (name, kind) => {
  expect(scalarKind(member(name))).toBe(kind);
});

describe("the accessor of", () => {
  test.each<[name: string, hex: string, expected: unknown]>([
    ["first", "ff", 255],
    ["big", "ffffffffffffffff", 2n ** 64n - 1n],
    ["big", "0100000000000000", 1n],
    ["seen", "02", true],
    ["seen", "00", false],
    ["st", "ffffffff", -1],
    ["where", "0000000000000080", 1n << 63n],
    ["ratio", "0000c03f", 1.5],
    ["exact", "000000000000f07f", Number.POSITIVE_INFINITY],
    ["name", "61620063", "ab"],
    ["name", "61626364", "abcd"],
    ["name", "61ff0000", "a\udcff"],
  ])("%s reads %s", (name, hex, expected) => {
    const field = member(name);
    const bytes = Buffer.from(`eeee${"00".repeat(field.bitOffset / 8)}${hex}eeee`, "hex");
    expect(compileAccessor(field)?.(bytes, viewOf(bytes), 2)).toBe(expected);
  });

  test("bit-fields reads their own bits", () => {
    const bytes = Buffer.alloc(200);
    const little = member("little");
    bytes.writeUInt16LE(0xffff & ~(0b10001 << (little.bitOffset % 8)), 2 + Math.floor(little.bitOffset / 8));
    expect(compileInteger(little)?.(bytes, viewOf(bytes), 2)).toBe(0b01110);
    const bit = member("bit");
    bytes.fill(0xff);
    bytes[Math.floor(bit.bitOffset / 8)] = 0xff & ~(1 << (bit.bitOffset % 8));
    expect(compileAccessor(bit)?.(bytes, viewOf(bytes), 0)).toBe(false);
  });

  test.each(["raw", "inner"])("%s does not exist", (name) => {
    expect(compileAccessor(member(name))).toBeUndefined();
    expect(compileInteger(member(name))).toBeUndefined();
    expect(compileFloat(member(name))).toBeUndefined();
  });
});

test("a float of another size than 4 or 8 bytes is no number", () => {
  const layout: Layout = { kind: "float", size: 16, typeName: "long double", tagged: false };
  expect(scalarKind(wholeField("value", layout))).toBe("none");
  expect(compileAccessor(wholeField("value", layout))).toBeUndefined();
});

test.each([
  ["61620063", 4, 2],
  ["61626364", 4, 4],
  ["6162", 0, 0],
  ["00", 1, 0],
])("the text in %s of %i bytes ends at %i", (hex, size, end) => {
  expect(textEnd(Buffer.from(hex, "hex"), 0, size)).toBe(end);
});

test.each([
  ["u32", "u32"],
  ["struct conn { u8 a; }", "struct conn"],
  ["struct { u8 a; }", "anonymous struct"],
  ["u32[2][3]", "u32[2][3]"],
  ["struct { u8 a; } [2]", "struct {...}[2]"],
])("messages call %s %s", (text, expected) => {
  expect(typeText(declared(text))).toBe(expected);
});

test("messages call an array that a query makes by its elements", () => {
  expect(typeText({ ...declared("struct { u8 a; } [2]"), typeName: "" })).toBe("array of anonymous struct");
});
