import { describe, expect, test } from "vitest";
import { KeyTable } from "../../../src/reader/key-table.ts";

/** Numbers of four bytes, the first byte first. */
function bytesOf(numbers: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  for (const [i, n] of numbers.entries()) view.setUint32(4 * i, n);
  return new Uint8Array(view.buffer);
}

const byNumber = (a: Uint8Array, atA: number, b: Uint8Array, atB: number): boolean =>
  new DataView(a.buffer).getUint32(atA) < new DataView(b.buffer).getUint32(atB);

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** Of these numbers those that were new. */
function newOnes(numbers: readonly number[], set: KeyTable): number[] {
  const bytes = bytesOf(numbers);
  return numbers.filter((_, i) => set.add(bytes, 4 * i));
}

describe.each([
  ["without an order", undefined],
  ["with an order", byNumber],
])("%s", (_name, order) => {
  test.each<[string, number[], number[]]>([
    ["keys in order", upTo(5000), upTo(5000)],
    ["keys in the opposite order", upTo(5000).reverse(), upTo(5000).reverse()],
    ["a key that comes twice in a row", [1, 2, 2, 3], [1, 2, 3]],
    ["keys that come again from the first", [...upTo(3000), ...upTo(3000), 3000], upTo(3001)],
    ["exactly as many as there is room for, and the first again", [...upTo(512), 0, 512], upTo(513)],
    ["an order that ends, and keys behind it", [5, 6, 7, 1, 2, 6, 8, 9, 5, 9], [5, 6, 7, 1, 2, 8, 9]],
  ])("%s", (_what, numbers, expected) => {
    expect(newOnes(numbers, new KeyTable(4, order && { order }))).toEqual(expected);
  });
});
