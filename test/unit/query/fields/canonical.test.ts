import { describe, expect, test } from "vitest";
import { viewOf } from "../../../../src/bytes.ts";
import { membersOf, wholeField } from "../../../../src/codec/access/field.ts";
import { canonicalCopy } from "../../../../src/query/fields/canonical.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { layoutOf } from "../typed-rows.ts";

/** The canonical bytes of one member of a record, or of the whole value, as hexadecimal digits. */
function canonical(layout: Layout, hex: string, member?: string): { type: string; hex: string } {
  const whole = wholeField("value", layout);
  const field = member === undefined ? whole : membersOf(whole).find(({ path }) => path === `value.${member}`);
  if (field === undefined) throw new Error(`there is no ${member}`);
  const { element, copy } = canonicalCopy(field);
  // Neither at the start of its buffer.
  const bytes = Buffer.from(`ffff${hex}`, "hex");
  const out = new Uint8Array(3 + element.size).fill(0xee);
  copy(bytes, viewOf(bytes), 2, out, viewOf(out), 3);
  return { type: element.typeName || element.kind, hex: Buffer.from(out.subarray(3)).toString("hex") };
}

describe("equal values have equal bytes", () => {
  test.each<[string, string, string]>([
    ["u32", "01020304", "01020304"],
    ["u64", "ffffffffffffffff", "ffffffffffffffff"],
    ["s64", "0000000000000080", "0000000000000080"],
    // Any byte that isn't zero is true.
    ["_Bool", "00", "00"],
    ["_Bool", "01", "01"],
    ["_Bool", "fe", "01"],
    // -0 is 0, and there is one NaN.
    ["double", "0000000000000000", "0000000000000000"],
    ["double", "0000000000000080", "0000000000000000"],
    ["double", "000000000000f87f", "000000000000f87f"],
    ["double", "010000000000f8ff", "000000000000f87f"],
    ["double", "000000000000e03f", "000000000000e03f"],
    ["float", "00000080", "00000000"],
    ["float", "0000c0ff", "0000c07f"],
    // Nothing behind the NUL of a text.
    ["char[4]", "61006263", "61000000"],
    ["char[4]", "61626364", "61626364"],
    ["char[4]", "00ffffff", "00000000"],
    // Bytes of an array are all part of it.
    ["u8[4]", "61006263", "61006263"],
    ["enum e { A, B = 5 }", "05000000", "05000000"],
  ])("%s %s", (type, hex, expected) => {
    expect(canonical(layoutOf(type), hex).hex).toBe(expected);
  });
});

describe("bit-fields lose their neighbours", () => {
  const UNSIGNED = "struct { u8 a; u8 low : 3; u8 high : 5; }";
  const SIGNED = "struct { s32 low : 3; s32 high : 29; }";
  test.each<[string, string, string, string]>([
    [UNSIGNED, "000d", "low", "05"],
    [UNSIGNED, "00fd", "low", "05"],
    [UNSIGNED, "00fd", "high", "1f"],
    [SIGNED, "07000000", "low", "ffffffff"],
    [SIGNED, "03000000", "low", "03000000"],
    [SIGNED, "f8ffffff", "high", "ffffffff"],
  ])("%s %s: %s", (type, hex, member, expected) => {
    expect(canonical(layoutOf(type), hex, member).hex).toBe(expected);
  });

  test("an integer that doesn't use all of its bits is widened to its storage", () => {
    const layout: Layout = {
      kind: "int",
      size: 4,
      encoding: "unsigned",
      bits: 12,
      bitOffset: 4,
      isChar: false,
      typeName: "odd",
      tagged: false,
    };
    expect(canonical(layout, "f5ff0000")).toEqual({ type: "odd", hex: "ff0f0000" });
  });
});

test("a member is copied from its own offset", () => {
  expect(canonical(layoutOf("struct { u16 a; u16 b; char c[4]; }"), "0102030461006263", "b").hex).toBe("0304");
  expect(canonical(layoutOf("struct { u16 a; u16 b; char c[4]; }"), "0102030461006263", "c").hex).toBe("61000000");
});
