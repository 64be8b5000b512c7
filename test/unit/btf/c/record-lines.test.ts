import { expect, test } from "vitest";
import { type PlacedMember, recordLines } from "../../../../src/btf/c/record-lines.ts";

const at = (bitOffset: number, text: string, size: number, bits?: number, align = size): PlacedMember => ({
  bitOffset,
  text,
  shape: { size, align, bits, attributes: { packed: false, aligned: 1 } },
});
const lines = (members: PlacedMember[], size: number, union = false) =>
  recordLines(members, { union, size, paddingName: () => "gap" });

test.each([
  ["natural places", [at(0, "u8 a", 1), at(32, "u32 b", 4)], 8, ["u8 a;", "u32 b;"], false, 4],
  ["a gap", [at(0, "u8 a", 1), at(16, "u8 b", 1)], 3, ["u8 a;", "unsigned char: 8;", "u8 b;"], false, 1],
  ["a long gap", [at(0, "u8 a", 1)], 200, ["u8 a;", "unsigned char gap[199];"], false, 1],
  [
    "padding to a cache line",
    [at(0, "u64 a", 8)],
    24,
    ["u64 a;", "unsigned long long: 64;", "unsigned long long: 64;"],
    false,
    8,
  ],
  ["an odd offset", [at(8, "u32 a", 4)], 5, ["unsigned char: 8;", "u32 a;"], true, 1],
  ["an odd size", [at(0, "u32 a", 4)], 5, ["u32 a;", "unsigned char: 8;"], true, 1],
  [
    "bit-fields",
    [at(0, "u32 a: 3", 4, 3), at(5, "u32 b: 27", 4, 27)],
    4,
    ["u32 a: 3;", "unsigned char: 2;", "u32 b: 27;"],
    false,
    4,
  ],
  [
    "a bit-field that crosses its type",
    [at(30, "u32 a: 4", 4, 4)],
    5,
    ["unsigned short: 16;", "unsigned char: 8;", "unsigned char: 6;", "u32 a: 4;"],
    true,
    1,
  ],
  ["members in another order", [at(32, "u32 b", 4), at(0, "u32 a", 4)], 8, ["u32 a;", "u32 b;"], false, 4],
  ["nothing", [], 0, [], false, 1],
])("a struct with %s", (_, members, size, text, packed, align) => {
  expect(lines(members, size)).toEqual({ lines: text, packed, align });
});

test("members that overlap stand in a union", () => {
  expect(lines([at(0, "u32 a", 4), at(16, "u32 b", 4)], 6)?.lines).toEqual([
    "union {",
    "\tstruct {",
    "\t\tu32 a;",
    "\t\tunsigned short: 16;",
    "\t} __attribute__((packed));",
    "\tstruct {",
    "\t\tunsigned short: 16;",
    "\t\tu32 b;",
    "\t} __attribute__((packed));",
    "};",
  ]);
});

test("a union is as long as its longest member, or padded", () => {
  expect(lines([at(0, "u32 a", 4), at(0, "u8 b", 1)], 4, true)).toEqual({
    lines: ["u32 a;", "u8 b;"],
    packed: false,
    align: 4,
  });
  expect(lines([at(0, "u32 a", 4)], 8, true)?.lines).toEqual(["u32 a;", "unsigned char gap[8];"]);
  expect(lines([at(0, "u32 a", 4)], 5, true)).toMatchObject({ packed: true });
  expect(lines([at(8, "u8 a", 1)], 2, true)?.lines).toContain("\t\tunsigned char: 8;");
});

test("a member behind the end has no place", () => {
  expect(lines([at(8, "u32 a", 4)], 4)).toBeUndefined();
  expect(lines([at(3, "u8 a", 1)], 4)).toBeUndefined();
});
