import { expect, test } from "vitest";
import { enumType } from "../../../../src/schema/c/enum-type.ts";

test.each([
  ["as an int", [0n, 1n], false, { kind: "enum", size: 4, signed: false }],
  ["negative", [-1n, 2n ** 31n - 1n], false, { kind: "enum", size: 4, signed: true }],
  [
    "up to 32 bits",
    [2n ** 32n - 1n],
    false,
    { kind: "enum", size: 4, signed: false, values: [{ name: "V0", value: -1 }] },
  ],
  [
    "past 32 bits",
    [2n ** 32n],
    false,
    { kind: "enum64", size: 8, signed: false, values: [{ name: "V0", value: 2n ** 32n }] },
  ],
  [
    "past 32 bits and negative",
    [-1n, 2n ** 32n],
    false,
    { kind: "enum64", size: 8, signed: true, values: [{ name: "V0", value: 2n ** 64n - 1n }, {}] },
  ],
  ["packed into a byte", [200n], true, { kind: "enum", size: 1, signed: false }],
  ["packed into two", [-129n], true, { kind: "enum", size: 2, signed: true }],
  ["packed, but past 16 bits", [65536n], true, { kind: "enum", size: 4 }],
])("an enum %s", (_, values, packed, expected) => {
  expect(
    enumType(
      "e",
      values.map((value, i) => ({ name: `V${i}`, value })),
      packed,
    ),
  ).toMatchObject({ name: "e", ...expected });
});
