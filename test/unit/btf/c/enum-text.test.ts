import { expect, test } from "vitest";
import { enumBody, isEnumSize } from "../../../../src/btf/c/enum-text.ts";
import type { EnumType } from "../../../../src/btf/c/tagged.ts";

const narrow = (size: number, signed: boolean, ...values: number[]): EnumType => ({
  kind: "enum",
  name: "e",
  size,
  signed,
  values: values.map((value, i) => ({ name: `V${i}`, value })),
});
const wide = (signed: boolean, ...values: bigint[]): EnumType => ({
  kind: "enum64",
  name: "e",
  size: 8,
  signed,
  values: values.map((value, i) => ({ name: `V${i}`, value: BigInt.asUintN(64, value) })),
});

test.each([
  ["an int's size", narrow(4, true, 0, -1), "{\n\tV0 = 0,\n\tV1 = -1,\n}"],
  ["unsigned", narrow(4, false, -1), "{\n\tV0 = 4294967295,\n}"],
  [
    "a byte, without what it can't hold",
    narrow(1, true, 127, 128, -128),
    "{\n\tV0 = 127,\n\tV2 = -128,\n} __attribute__((mode(QI)))",
  ],
  ["two bytes", narrow(2, false, 65535), "{\n\tV0 = 65535,\n} __attribute__((mode(HI)))"],
  ["64 bits", wide(false, 2n ** 64n - 1n), "{\n\tV0 = 18446744073709551615ULL,\n} __attribute__((mode(DI)))"],
  [
    "64 signed bits",
    wide(true, -1n, -(2n ** 63n)),
    "{\n\tV0 = -1LL,\n\tV1 = -9223372036854775807LL - 1,\n} __attribute__((mode(DI)))",
  ],
  ["no values", narrow(4, true), "{\n\t__no_values,\n}"],
])("an enum with %s", (_, type, text) => {
  expect(enumBody(type, (name) => name)).toBe(text);
});

test("names are taken, and made for enumerators without one", () => {
  const type: EnumType = { kind: "enum", name: "", size: 4, signed: false, values: [{ name: "", value: 3 }] };
  expect(enumBody(type, (name) => `${name}_2`)).toBe("{\n\tvalue_2 = 3,\n}");
});

test("enums have 1, 2, 4 or 8 bytes", () => {
  expect([0, 1, 2, 3, 4, 8, 16].filter(isEnumSize)).toEqual([1, 2, 4, 8]);
});
