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

describe("keys by their numbers", () => {
  const bytes = bytesOf(upTo(3000));
  const filled = (count: number, options?: ConstructorParameters<typeof KeyTable>[1]): KeyTable => {
    const table = new KeyTable(4, options);
    for (let n = 0; n < count; n++) table.add(bytes, 4 * n);
    return table;
  };
  const numbers = (table: KeyTable, keys: readonly number[]): number[] => {
    const sought = bytesOf(keys);
    return keys.map((_, i) => table.find(sought, 4 * i));
  };

  test.each([undefined, byNumber])("are found, and others aren't, whatever the order", (order) => {
    const table = filled(2000, order && { order });
    expect(numbers(table, [0, 1999, 777, 2000])).toEqual([0, 1999, 777, -1]);
    expect(table.numberOf(bytes, 4 * 777)).toBe(777);
    expect([table.numberOf(bytes, 4 * 2500), table.count]).toEqual([2000, 2001]);
  });

  test.each([undefined, byNumber])("nothing is found before, between or behind them, whatever the order", (order) => {
    const table = new KeyTable(4, order && { order });
    expect(numbers(table, [5])).toEqual([-1]);
    for (const n of [10, 20, 30]) table.add(bytes, 4 * n);
    expect(numbers(table, [0, 9, 10, 11, 20, 29, 30, 31])).toEqual([-1, -1, 0, -1, 1, -1, 2, -1]);
    expect([table.numberOf(bytes, 4 * 15), ...numbers(table, [10, 15, 30])]).toEqual([3, 0, 3, 2]);
  });

  test("a staged key is none of the table's until it replaces another one", () => {
    const table = filled(5, { capacity: 5, maxKeys: 5 });
    table.stage(bytes, 4 * 9);
    expect([table.count, table.capacity, ...numbers(table, [9, 2])]).toEqual([5, 6, -1, 2]);
    table.replaceWithStaged(2);
    expect([table.count, ...numbers(table, [9, 2, 0, 4])]).toEqual([5, 2, -1, 0, 4]);
  });

  test("the first keys are kept, after others were moved there", () => {
    const table = filled(1500);
    table.keys.copyWithin(4, 4 * 1000, 4 * 1001);
    table.keepFirst(2);
    expect([table.count, ...numbers(table, [0, 1000, 1, 1499])]).toEqual([2, 0, 1, -1, -1]);
  });

  test("of no bytes are one key", () => {
    const table = new KeyTable(0);
    expect([table.add(bytes, 0), table.add(bytes, 4), table.count]).toEqual([true, false, 1]);
  });
});
