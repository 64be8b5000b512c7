import { describe, expect, test } from "vitest";
import { type KeyValue, keptValues, refusalOf } from "../typed-rows.ts";

const BIG = 2n ** 64n - 1n;

describe("conversions", () => {
  test.each<[string, string, readonly KeyValue[], readonly KeyValue[]]>([
    ["int(value) == uint(7)", "u64", [7n, BIG], [7n]],
    ["uint(value) == -1", "s8", [-1, 1], [-1]],
    ["int(value) > 9223372036854775807", "u64", [7n, BIG], [BIG]],
    ["double(value) / 2.0 == 3.5", "u32", [6, 7], [7]],
    ["double(value) == 18446744073709551616.0", "u64", [BIG, 1n], [BIG]],
    ["double(value) == value", "double", ["NaN", 1], [1]],
    ["double(3) == value", "double", [3, 4], [3]],
    ["double(9007199254740993) == value", "double", [2 ** 53, 1], [2 ** 53]],
    ['string(value) == "18446744073709551615"', "u64", [BIG, 1n], [BIG]],
    ['string(value) == "-128"', "s8", [-128, 127], [-128]],
    ['string(value) == "true"', "_Bool", [true, false], [true]],
    ['string(value) == "a"', "char[4]", ["a", "b"], ["a"]],
    ['string(443) + "/tcp" == "443/tcp"', "u8", [1], [1]],
    ['hex(value) == "ff"', "u8", [255, 15], [255]],
    ['hex(value) == "ffffffffffffffff"', "u64", [BIG, 1n], [BIG]],
    ['hex(255) == "ff"', "u8", [1], [1]],
    [
      'hex(value) == "0102"',
      "u8[2]",
      [
        [1, 2],
        [2, 1],
      ],
      [[1, 2]],
    ],
    ['hex(value) == "61620000"', "char[4]", ["ab", "a"], ["ab"]],
    ['hex(value) == "0000803f"', "float", [1, 2], [1]],
    [
      'hex(value) == "0100000002000000"',
      "struct { u8 a; u32 b; }",
      [
        { a: 1, b: 2 },
        { a: 1, b: 3 },
      ],
      [{ a: 1, b: 2 }],
    ],
    [
      'str(value) == "ab"',
      "u8[4]",
      [
        [97, 98, 0, 99],
        [97, 0, 0, 0],
      ],
      [[97, 98, 0, 99]],
    ],
    ['str(value).startsWith("a")', "char[4]", ["ab", "ba"], ["ab"]],
    [
      'str(value) in ["a", "b", "c", "d"]',
      "u8[2]",
      [
        [97, 0],
        [101, 0],
      ],
      [[97, 0]],
    ],
  ])("%s of %s", async (where, type, values, kept) => {
    expect(await keptValues(where, type, values)).toEqual(kept);
  });

  test.each<[string, string, string, string]>([
    ['int("5") == value', "u32", "int() and uint() are for integers, and this is a string", 'int("5")'],
    [
      "uint(1.5) == value",
      "u32",
      "int() and uint() are for integers, and this is a floating-point number",
      "uint(1.5)",
    ],
    ["double(true) == 1.0", "u32", "double() is for numbers, and this is true or false", "double(true)"],
    [
      "string(1.5) == '1.5'",
      "u32",
      "string() is for integers, true and false, and this is a floating-point number",
      "string(1.5)",
    ],
    [
      "string(value) == ''",
      "u32[2]",
      "string() is for integers, true and false, and this is `u32[2]`",
      "string(value)",
    ],
    ["hex(value) == ''", "s32", "hex() of an integer that may be negative is not supported", "hex(value)"],
    ["hex(-1) == ''", "u32", "hex() of an integer that may be negative is not supported", "hex(-1)"],
    ["hex('a') == ''", "u32", "hex() is for bytes and integers, and this is a string", "hex('a')"],
    ["hex([1]) == ''", "u32", "hex() is for bytes and integers, and this is a list", "hex([1])"],
    ["str(value) == ''", "u32", "str() is for arrays of bytes, and this is an integer (`u32`)", "str(value)"],
    ["str(value) == ''", "u16[2]", "str() is for arrays of bytes, and this is `u16[2]`", "str(value)"],
  ])("refuses %s of %s", (where, type, message, marked) => {
    expect(refusalOf(where, type)).toEqual({ message, marked });
  });
});
