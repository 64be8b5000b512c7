import { expect, test } from "vitest";
import { StringTable } from "../../../src/btf/string-table.ts";
import { bytesFromText } from "../../../src/bytes.ts";

const base = new StringTable(bytesFromText("\0int\0list\0"), undefined);
const split = new StringTable(bytesFromText("conn\0caf\udcff\0open"), base);

test.each([
  [0, ""],
  [1, "int"],
  [2, "nt"],
  [5, "list"],
  [10, "conn"],
  [15, "caf\udcff"],
  [20, undefined],
  [24, undefined],
  [1000, undefined],
])("the string at offset %i, its base's included, is %j", (offset, text) => {
  expect(split.at(offset)).toBe(text);
});

test.each([
  [0, true],
  [1, true],
  [2, false],
  [5, true],
  [9, false],
  [10, true],
  [11, false],
  [15, true],
  [24, false],
])("whether a string starts at offset %i: %j", (offset, starts) => {
  expect(split.startsAt(offset)).toBe(starts);
});

test("a base has no strings behind its own", () => {
  expect([base.end, split.end]).toEqual([10, 24]);
  expect([base.at(10), base.startsAt(10)]).toEqual([undefined, false]);
});

test.each([
  [1, "int", true],
  [1, "in", false],
  [1, "int4", false],
  [10, "conn", true],
  [15, "caf\udcff", true],
  [20, "open", false],
])("the string at %i equals %j: %j", (offset, text, equal) => {
  expect(split.equals(offset, bytesFromText(text))).toBe(equal);
});

test("a name longer than 4096 bytes is none", () => {
  const table = new StringTable(bytesFromText(`\0${"x".repeat(4096)}\0${"y".repeat(4097)}\0`), undefined);
  expect(table.at(1)?.length).toBe(4096);
  expect(table.at(4098)).toBeUndefined();
});
