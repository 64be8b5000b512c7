import { describe, expect, test } from "vitest";
import {
  boolWriter,
  bytesWriter,
  enumWriter,
  floatWriter,
  integerOf,
  integerWriter,
  intWriter,
  putBytes,
  type Target,
  type Writer,
} from "../../../../src/codec/keys/scalar-writer.ts";
import { TypeMismatch } from "../../../../src/codec/keys/type-mismatch.ts";
import type { EnumLayout, IntLayout } from "../../../../src/schema/layout.ts";
import { declared } from "../../../helpers/generated-layouts.ts";

const target = (size: number): Target => ({ bytes: new Uint8Array(size), written: new Uint8Array(size) });

/** The bytes that a value gives, behind one that belongs to something else. */
function written(write: Writer, value: unknown, size = 8): string {
  const to = target(size + 1);
  write(to, 1, value);
  expect(to.bytes[0]).toBe(0);
  return Buffer.from(to.bytes.subarray(1)).toString("hex");
}

const range = (offset: number, shift: number, width: number) => ({ offset, shift, width });

describe("integers", () => {
  test.each<[number, number, number, signed: boolean, value: unknown, hex: string]>([
    [0, 0, 8, false, 255, "ff00000000000000"],
    [2, 0, 16, true, -2, "0000feff00000000"],
    [0, 3, 2, false, 3, "1800000000000000"],
    [0, 7, 2, true, -1, "8001000000000000"],
    [0, 0, 64, false, 2n ** 64n - 1n, "ffffffffffffffff"],
    [0, 0, 64, true, "-1", "ffffffffffffffff"],
    [0, 4, 60, false, "0x1", "1000000000000000"],
  ])("at byte %i, bit %i, %i bits, signed %s: %s", (offset, shift, width, signed, value, hex) => {
    expect(written(integerWriter("t", range(offset, shift, width), signed), value)).toBe(hex);
  });

  test.each<[width: number, signed: boolean, value: unknown]>([
    [8, false, 256],
    [8, false, -1],
    [8, true, 128],
    [8, true, -129],
    [3, true, 4],
    [64, false, 2n ** 64n],
    [8, false, 1.5],
    [8, false, true],
    [8, false, undefined],
    [64, false, 2 ** 53],
  ])("%i bits, signed %s, refuse %s", (width, signed, value) => {
    expect(() => written(integerWriter("t", range(0, 0, width), signed), value)).toThrow(TypeMismatch);
  });
});

test.each<[value: unknown, integer: bigint | undefined]>([
  [5, 5n],
  [-5, -5n],
  [2 ** 53 - 1, 2n ** 53n - 1n],
  [2 ** 53, undefined],
  [1.5, undefined],
  [7n, 7n],
  ["12", 12n],
  ["-12", -12n],
  ["0xfF", 255n],
  ["-0x1", undefined],
  ["", undefined],
  [" 1", undefined],
  ["1e3", undefined],
  ["9".repeat(48), BigInt("9".repeat(48))],
  ["9".repeat(49), undefined],
  [true, undefined],
  [null, undefined],
])("%#: an integer from a number, a bigint or digits", (value, integer) => {
  expect(integerOf(value)).toBe(integer);
});

describe("bools", () => {
  test.each([
    [true, "0100000000000000"],
    [1, "0100000000000000"],
    [false, "0000000000000000"],
    [0, "0000000000000000"],
  ])("%s", (value, hex) => {
    expect(written(boolWriter("bool", range(0, 0, 8)), value)).toBe(hex);
    expect(written(intWriter(declared("bool") as IntLayout, range(0, 0, 8)), value)).toBe(hex);
  });

  test.each([2, "true", null, undefined])("are not %s", (value) => {
    expect(() => written(boolWriter("bool", range(0, 0, 8)), value)).toThrow(TypeMismatch);
  });
});

describe("enums", () => {
  const write = enumWriter(declared("enum state { UP = 1, DOWN = -1 }") as EnumLayout, range(0, 0, 32));

  test.each<[value: unknown, hex: string]>([
    ["UP", "0100000000000000"],
    ["DOWN", "ffffffff00000000"],
    [7, "0700000000000000"],
    ["-3", "fdffffff00000000"],
    [{ name: "UP", value: 2 }, "0200000000000000"],
  ])("%j", (value, hex) => {
    expect(written(write, value)).toBe(hex);
  });

  test.each(["SIDEWAYS", "constructor", null, { name: "UP" }])("are not %j", (value) => {
    expect(() => written(write, value)).toThrow(TypeMismatch);
  });
});

describe("floats", () => {
  test.each<[size: number, value: unknown, hex: string]>([
    [4, 1.5, "0000c03f00000000"],
    [8, -0.5, "000000000000e0bf"],
    [8, 3n, "0000000000000840"],
    [8, "NaN", "000000000000f87f"],
    [4, "-Infinity", "000080ff00000000"],
  ])("of %i bytes: %s", (size, value, hex) => {
    expect(written(floatWriter({ size, typeName: "f" }, 0), value)).toBe(hex);
  });

  test.each([
    [8, "1.5"],
    [8, null],
    [4, "nan"],
    [16, 1.5],
  ])("of %i bytes are not %j", (size, value) => {
    expect(() => written(floatWriter({ size, typeName: "f" }, 0), value, 16)).toThrow(TypeMismatch);
  });

  test("of another size are bytes", () => {
    const bytes = Buffer.alloc(16, 0xab);
    expect(written(floatWriter({ size: 16, typeName: "f" }, 0), bytes, 16)).toBe("ab".repeat(16));
    expect(() => written(bytesWriter("f", 16, 0), bytes.subarray(1), 16)).toThrow(TypeMismatch);
  });
});

describe("bytes that are written twice", () => {
  test("must agree in the bits that both have", () => {
    const to = target(1);
    integerWriter("a", range(0, 0, 4), false)(to, 0, 5);
    putBytes(to, 0, Uint8Array.of(0xf5));
    expect(to.bytes[0]).toBe(0xf5);
    expect(() => putBytes(to, 0, Uint8Array.of(0xf4))).toThrow(
      expect.objectContaining({ problem: { kind: "overlap" } }),
    );
  });

  test("may have other bits beside each other", () => {
    const to = target(1);
    integerWriter("a", range(0, 0, 4), false)(to, 0, 5);
    integerWriter("b", range(0, 4, 4), false)(to, 0, 10);
    expect(to.bytes[0]).toBe(0xa5);
  });
});
