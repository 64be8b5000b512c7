import { expect, test } from "vitest";
import { bitFieldType, floatStorage, intStorage } from "../../../../src/btf/c/scalar-storage.ts";

const int = (name: string, size: number, encoding = 0) =>
  intStorage({ kind: "int", name, size, encoding, offset: 0, bits: size * 8 });

test.each([
  ["long unsigned int", 8, 0, "long unsigned int", "", true],
  ["char", 1, 0, "char", "", true],
  ["char", 1, 1, "char", "", true],
  ["int", 4, 1, "int", "", true],
  ["int", 4, 0, "unsigned int", "", false],
  ["int", 8, 1, "long long", "", false],
  ["u64", 8, 0, "unsigned long long", "", false],
  ["i8", 1, 1, "signed char", "", false],
  ["bool", 1, 4, "_Bool", "", true],
  ["_Bool", 1, 4, "_Bool", "", true],
  ["_Bool", 1, 0, "unsigned char", "", false],
  ["__int128 unsigned", 16, 0, "__int128 unsigned", "", true],
  ["u24", 3, 0, "unsigned char", "[3]", false],
])("an int %s of %i bytes with encoding %i", (name, size, encoding, text, suffix, isNamed) => {
  expect(int(name, size, encoding)).toMatchObject({ text, suffix, isNamed, align: suffix === "" ? size : 1 });
});

test("floats of other sizes than C's are bytes", () => {
  const float = (name: string, size: number) => floatStorage({ kind: "float", name, size });
  expect([float("float", 4), float("double", 8), float("f64", 8), float("long double", 16)]).toMatchObject([
    { text: "float", isNamed: true },
    { text: "double", isNamed: true },
    { text: "double", isNamed: false },
    { text: "unsigned char", suffix: "[16]", align: 1 },
  ]);
});

test.each([
  [3, false, 4, "unsigned int", 4],
  [3, true, 1, "signed char", 1],
  [40, false, 4, "unsigned long long", 8],
  [9, false, 3, "unsigned int", 4],
  [100, false, 0, "unsigned __int128", 16],
  [8, false, 32, "unsigned __int128", 16],
])("a bit-field of %i bits, signed %j, in %i bytes is a %s", (width, signed, size, text, bytes) => {
  expect(bitFieldType(width, signed, size)).toEqual({ text, size: bytes });
});
