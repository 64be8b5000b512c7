import { expect, test } from "vitest";
import { isKnownKind, recordKind, recordSizes, recordVlen } from "../../../src/btf/record-sizes.ts";

test("the info word has kind and number of elements", () => {
  expect(recordKind(0x8400_0003)).toBe(4);
  expect(recordKind(0xff00_0000)).toBe(127);
  expect(recordVlen(0x84ff_ffff)).toBe(0xff_ffff);
  expect(recordVlen(0x8400_0003)).toBe(3);
});

test("kinds up to 19 are known", () => {
  const kinds = Array.from({ length: 128 }, (_, kind) => kind).filter(isKnownKind);
  expect(kinds).toEqual(Array.from({ length: 19 }, (_, i) => i + 1));
});

test("a layout section tells the lengths of others, where they are words", () => {
  const rows = new Uint8Array(4 * 23);
  // Kind 1 is known; 20 has 4 bytes and 8 for each element; 21 and 22 are no words.
  rows.set([99, 99], 4);
  rows.set([4, 8], 80);
  rows.set([3, 8], 84);
  rows.set([4, 6], 88);
  const { fixed, element } = recordSizes(rows);
  expect([1, 20, 21, 22, 23].map((kind) => [fixed[kind], element[kind]])).toEqual([
    [4, 0],
    [4, 8],
    [-1, 0],
    [-1, 0],
    [-1, 0],
  ]);
});
