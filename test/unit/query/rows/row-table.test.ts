import { describe, expect, test } from "vitest";
import { RowTable } from "../../../../src/query/rows/row-table.ts";
import type { RowRun } from "../../../../src/query/rows/rows.ts";
import type { EntryShape } from "../../../../src/reader/entries.ts";

const SHAPE: EntryShape = { keySize: 4, valueSize: 8, cpus: 0, valueStride: 8 };

/** Rows with these keys, whose values are the key and a number. */
function run(keys: readonly number[], value = 0): RowRun {
  const batch = {
    count: keys.length,
    keys: new Uint8Array(Uint32Array.from(keys).buffer),
    values: new Uint8Array(Uint32Array.from(keys.flatMap((key) => [key, value])).buffer),
    errnos: undefined,
  };
  const entries = Int32Array.from(keys, (_, i) => i);
  return { batch, count: keys.length, entries, cpus: undefined, cpuStride: 0, index: 0 };
}

function filled(keys: readonly number[]): RowTable {
  const table = new RowTable(SHAPE);
  const rows = run(keys);
  for (let row = 0; row < rows.count; row++) table.add(rows, row);
  return table;
}

describe("a table of rows", () => {
  test("finds what was added, and nothing else, while it grows", () => {
    const keys = Array.from({ length: 5000 }, (_, i) => (i * 2654435761) >>> 0);
    const table = filled(keys);
    const rows = run(keys);
    for (let row = 0; row < rows.count; row++) expect(table.find(rows, row)).toBe(row);
    expect(table.find(run([1]), 0)).toBe(-1);
    expect(table.hasValue(4999, rows, 4999)).toBe(true);
  });

  test("takes no more rows than it may", () => {
    const table = new RowTable(SHAPE, 2);
    const rows = run([1, 2, 3]);
    expect([0, 1, 2].map((row) => table.add(rows, row))).toEqual([0, 1, -1]);
    expect(table.find(rows, 2)).toBe(-1);
  });

  test("drops rows and finds the others again", () => {
    const table = filled([10, 11, 12, 13, 14]);
    const moves: number[][] = [];
    table.retain(
      (i) => i % 2 === 0,
      (from, to) => moves.push([from, to]),
    );
    expect(table.count).toBe(3);
    expect(moves).toEqual([
      [2, 1],
      [4, 2],
    ]);
    expect([10, 11, 12, 13, 14].map((key) => table.find(run([key]), 0))).toEqual([0, -1, 1, -1, 2]);
    expect(table.hasValue(1, run([12]), 0)).toBe(true);
    table.setValue(1, run([12], 5), 0);
    expect(table.hasValue(1, run([12]), 0)).toBe(false);
  });

  test("rows of one CPU are told apart", () => {
    const table = new RowTable({ keySize: 4, valueSize: 8, cpus: 2, valueStride: 16 });
    const rows = { ...run([7]), count: 2, entries: Int32Array.of(0, 0), cpus: Int32Array.of(0, 1), cpuStride: 0 };
    table.add(rows, 0);
    expect(table.find(rows, 1)).toBe(-1);
    expect(table.cpuOf(table.add(rows, 1))).toBe(1);
  });

  test("a value of many megabytes takes its own room only", () => {
    const table = new RowTable({ keySize: 4, valueSize: 2 ** 26, cpus: 0, valueStride: 2 ** 26 });
    expect(table.values.length).toBe(2 ** 26);
    expect(table.maxRows).toBe(15);
  });

  test("puts a row in the place of another one, and finds all others again", () => {
    const keys = Array.from({ length: 400 }, (_, i) => i);
    const table = new RowTable(SHAPE, keys.length);
    const rows = run(keys);
    for (const row of keys) table.add(rows, row);
    const others = run(keys.map((key) => key + 1000));
    for (const row of keys.filter((key) => key % 3 === 0)) {
      table.stage(others, row);
      expect(table.find(others, row)).toBe(-1);
      table.replaceWithStaged(row);
    }
    expect(table.count).toBe(400);
    for (const row of keys) {
      const [isGone, there] = [row % 3 === 0, row % 3 === 0 ? others : rows];
      expect([table.find(rows, row), table.find(others, row)]).toEqual(isGone ? [-1, row] : [row, -1]);
      expect(table.hasValue(row, there, row)).toBe(true);
    }
  });
});
