import { describe, expect, test } from "vitest";
import { bits } from "../../../../src/codec/access/bits.ts";
import { integerBits, type ScalarField } from "../../../../src/codec/access/field.ts";
import type { Operand } from "../../../../src/codec/access/operand.ts";
import {
  boolTest,
  floatCode,
  integerCode,
  nearestDoubleCode,
  type ScalarStyle,
  unsignedBitsCode,
  wordsCode,
} from "../../../../src/codec/access/scalar-code.ts";
import type { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { layoutOf } from "../../../helpers/layout-of.ts";

const OPERAND: Operand = { bytes: "x", view: "d", base: "a", offset: 1 };

/** Runs an expression on bytes that begin at the fourth of a buffer: one before them belongs to the operand. */
function run(expression: string, hex: string): unknown {
  const bytes = Buffer.from(`eeeeeeee${hex}eeeeeeee`, "hex");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return new Function("bits", "x", "d", "a", `"use strict"; return ${expression};`)(bits, bytes, view, 3);
}

describe("integers of any width at any bit", () => {
  test.each<[start: number, width: number, signed: boolean, hex: string, expected: number | bigint]>([
    [0, 8, false, "ff", 255],
    [0, 8, true, "80", -128],
    [8, 8, false, "00ff", 255],
    [0, 16, false, "0180", 0x8001],
    [0, 16, true, "0180", -0x7fff],
    [0, 24, false, "010203", 0x030201],
    [0, 24, true, "ffffff", -1],
    [0, 32, false, "ffffffff", 0xffff_ffff],
    [0, 32, true, "ffffffff", -1],
    [16, 32, false, "0000ffffffff", 0xffff_ffff],
    [0, 40, true, "ffffffffff", -1],
    [0, 53, false, "ffffffffffffff", 2 ** 53 - 1],
    [0, 54, false, "ffffffffffffff", 2n ** 54n - 1n],
    [0, 64, false, "0100000000002000", 2n ** 53n + 1n],
    [0, 64, true, "ff".repeat(8), -1n],
    [0, 128, false, `${"00".repeat(15)}80`, 1n << 127n],
    [0, 128, true, "ff".repeat(16), -1n],
    [3, 1, false, "08", 1],
    [3, 1, true, "08", -1],
    [7, 2, false, "8001", 3],
    [7, 2, true, "8000", 1],
    [3, 29, false, "f8ffffff", 2 ** 29 - 1],
    [3, 30, false, "f8ffffffff", 2 ** 30 - 1],
    [1, 32, true, "feffffff01", -1],
    [5, 50, true, "e0ffffffffffff", -1],
    [4, 64, false, `f0${"ff".repeat(7)}0f`, 2n ** 64n - 1n],
  ])("bit %i, %i bits, signed %s, of %s", (start, width, signed, hex, expected) => {
    expect(run(integerCode(OPERAND, { start, width, signed }), hex)).toBe(expected);
  });

  test("the bytes around them don't count", () => {
    for (const width of [1, 7, 8, 13, 31, 32, 33, 53, 54, 64, 100]) {
      const code = integerCode(OPERAND, { start: 0, width, signed: false });
      expect(BigInt(run(code, "00".repeat(16)) as number)).toBe(0n);
    }
  });
});

describe("the style", () => {
  const style: ScalarStyle = {
    byte: (_, signed) => `byte(${signed})`,
    bits: ({ offset }, shift, width, signed) => `bits(${offset}, ${shift}, ${width}, ${signed})`,
  };

  test.each<[start: number, width: number, signed: boolean, expected: string]>([
    [0, 8, true, "byte(true)"],
    [4, 8, false, "bits(1, 4, 8, false)"],
    [19, 3, true, "bits(3, 3, 3, true)"],
    [8, 24, false, "bits(2, 0, 24, false)"],
    [8, 16, true, "d.getInt16(a + 2, true)"],
    [0, 32, false, "d.getUint32(a + 1, true)"],
    [0, 64, true, "d.getBigInt64(a + 1, true)"],
  ])("of bit %i, %i bits, signed %s", (start, width, signed, expected) => {
    expect(integerCode(OPERAND, { start, width, signed }, style)).toBe(expected);
  });

  test("of a bool", () => {
    expect(
      boolTest(
        OPERAND,
        field((btf) => btf.int("_Bool", 1, { encoding: 4 })),
        style,
      ),
    ).toBe("byte(false) !== 0");
  });
});

describe("bools", () => {
  const bool =
    (size: number, more: object = {}) =>
    (btf: BtfBuilder) =>
      btf.int("_Bool", size, { encoding: 4, ...more });

  test.each<[string, ScalarField, hex: string, expected: boolean]>([
    ["zero", field(bool(1)), "00", false],
    ["anything else", field(bool(1)), "02", true],
    ["only the first byte of a wide one", field(bool(4)), "00010000", false],
    ["a bit-field", { ...field(bool(1)), bitOffset: 3, bitfieldBits: 1 }, "08", true],
    ["the neighbours of a bit-field", { ...field(bool(1)), bitOffset: 3, bitfieldBits: 1 }, "f7", false],
    ["a bit-field of 60 bits", { ...field(bool(8)), bitfieldBits: 60 }, "0000000000000008", true],
    ["the rest of one of 60 bits", { ...field(bool(8)), bitfieldBits: 60 }, "00000000000000f0", false],
    ["its own bits inside of a byte", { ...field(bool(1, { bits: 2 })), bitOffset: 2 }, "04", true],
  ])("%s", (_, of, hex, expected) => {
    expect(run(boolTest(OPERAND, of), hex)).toBe(expected);
  });
});

describe("floats", () => {
  test.each<[size: number, hex: string, expected: number]>([
    [4, "0000c03f", 1.5],
    [8, "000000000000f8bf", -1.5],
    [4, "0000807f", Number.POSITIVE_INFINITY],
    [8, "0000000000000080", -0],
  ])("%i bytes %s", (size, hex, expected) => {
    expect(
      run(
        floatCode(
          OPERAND,
          field((btf) => btf.float("f", size)),
        ),
        hex,
      ),
    ).toBe(expected);
  });
});

describe("halves of 64 bits", () => {
  test.each<[signed: boolean, hex: string, expected: number]>([
    [false, "0100000000000000", 1],
    [false, "ffffffffffffff7f", 2 ** 63],
    [true, "ffffffffffffffff", -1],
    [true, "0000000000000080", -(2 ** 63)],
  ])("as the nearest double, signed %s, of %s", (signed, hex, expected) => {
    expect(run(nearestDoubleCode(OPERAND, { start: 0, width: 64, signed }) ?? "", hex)).toBe(expected);
  });

  test.each([
    [0, 63],
    [1, 64],
  ])("there is no such double of bit %i, %i bits", (start, width) => {
    expect(nearestDoubleCode(OPERAND, { start, width, signed: false })).toBeUndefined();
  });

  test("each by itself", () => {
    const { low, high } = wordsCode(OPERAND);
    expect([low, high].map((code) => run(code, "01000000feffffff"))).toEqual([1, 0xffff_fffe]);
    expect(run(wordsCode(OPERAND, true).high, "01000000feffffff")).toBe(-2);
  });
});

test.each<[shift: number, width: number, hex: string, expected: number]>([
  [0, 32, "ffffffff", 0xffff_ffff],
  [4, 4, "f0", 15],
  [7, 25, "80ffffff", 2 ** 25 - 1],
])("unsigned bits: %i bits on, %i wide, of %s", (shift, width, hex, expected) => {
  expect(run(`(${unsignedBitsCode(OPERAND, shift, width)})`, hex)).toBe(expected);
});

test("a record has no bits", () => {
  expect(integerBits(field((btf) => btf.struct("s", 4, [])))).toBeUndefined();
});

function field(make: (btf: BtfBuilder) => number): ScalarField {
  return { layout: layoutOf(make), bitOffset: 0, bitfieldBits: 0 };
}
