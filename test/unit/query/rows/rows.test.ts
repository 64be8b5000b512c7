import { describe, expect, test } from "vitest";
import { entryIndex, type RowRun, RowStore, valueOffset } from "../../../../src/query/rows/rows.ts";
import type { EntryShape } from "../../../../src/reader/entries.ts";
import { inputOf, runOf } from "../typed-rows.ts";

const INPUT = inputOf({ key: "u16", value: "u32" });

function perCpu(): RowRun {
  const batch = { count: 2, keys: new Uint8Array(4), values: new Uint8Array(32), errnos: undefined };
  return { batch, count: 3, entries: Int32Array.of(0, 1, 1), cpus: Int32Array.of(1, 0, -1), cpuStride: 8, index: 10 };
}

test("the index of a row's entry in the whole read", () => {
  const run = runOf(INPUT, [[1, 1], [2, 2]]); // biome-ignore format: one line
  expect(entryIndex({ ...run, index: 100 }, 1)).toBe(101);
  expect(entryIndex({ ...run, index: Float64Array.of(7, 2 ** 40) }, 1)).toBe(2 ** 40);
  expect(entryIndex(perCpu(), 2)).toBe(11);
});

test("the position of a row's value", () => {
  expect(valueOffset(runOf(INPUT, [[1, 1], [2, 2]]), 1, 4)).toBe(4); // biome-ignore format: one line
  // An entry without values has the position of its first CPU.
  expect([0, 1, 2].map((row) => valueOffset(perCpu(), row, 16))).toEqual([8, 16, 16]);
});

describe("copies of rows", () => {
  const { shape } = INPUT;
  const rowsOf = (runs: Iterable<RowRun>): [key: number, value: number, index: number, cpu: number | undefined][] =>
    [...runs].flatMap(({ batch, count, entries, cpus, index }) => {
      const [keys, values] = [new DataView(batch.keys.buffer), new DataView(batch.values.buffer)];
      return Array.from({ length: count }, (_, row) => {
        const entry = entries[row] as number;
        const at = typeof index === "number" ? index + entry : (index[entry] as number);
        return [keys.getUint16(entry * 2, true), values.getUint32(entry * 4, true), at, cpus?.[row]] as const;
      }).map(([a, b, c, d]): [number, number, number, number | undefined] => [a, b, c, d]);
    });

  test("come back in any order, with their index", () => {
    const store = new RowStore(2, 4, 1);
    const run = { ...runOf(INPUT, [[1, 10], [2, 20], [3, 30]]), index: 5 }; // biome-ignore format: one line
    for (const row of [0, 1, 2]) store.add(run, row, shape);
    expect(rowsOf(store.runs(Uint32Array.of(2, 0), false))).toEqual([
      [3, 30, 7, undefined],
      [1, 10, 5, undefined],
    ]);
    store.set(1, run, 2, shape);
    expect(rowsOf(store.runs(Uint32Array.of(1), false))).toEqual([[3, 30, 7, undefined]]);
    expect(rowsOf(store.runs(new Uint32Array(0), false))).toEqual([]);
  });

  test("of single CPUs, which may be shown or not", () => {
    const store = new RowStore(2, 8);
    const run = perCpu();
    run.batch.values[8] = 77;
    const wide: EntryShape = { keySize: 2, valueSize: 8, cpus: 2, valueStride: 16 };
    store.add(run, 0, wide);
    const [shown] = store.runs(Uint32Array.of(0), true);
    expect([shown?.cpus?.[0], shown?.batch.values[0]]).toEqual([1, 77]);
    const [hidden] = store.runs(Uint32Array.of(0), false);
    expect(hidden?.cpus).toBeUndefined();
  });

  test("many of them, in runs of 4096", () => {
    const store = new RowStore(2, 4);
    const run = runOf(
      INPUT,
      Array.from({ length: 1000 }, (_, i) => [i, i * 3] as const),
    );
    for (let i = 0; i < 10; i++) for (let row = 0; row < run.count; row++) store.add(run, row, shape);
    const order = Uint32Array.from({ length: 10_000 }, (_, i) => 9999 - i);
    const counts: number[] = [];
    const values: number[] = [];
    for (const one of store.runs(order, false)) {
      counts.push(one.count);
      values.push(...rowsOf([one]).map(([, value]) => value));
    }
    expect(counts).toEqual([4096, 4096, 1808]);
    expect(values).toEqual(Array.from(order, (slot) => (slot % 1000) * 3));
  });

  test("entries without bytes", () => {
    const store = new RowStore(0, 0);
    const empty = inputOf({ value: "struct { }" });
    store.add(runOf(empty, [[null, {}]]), 0, empty.shape);
    expect([...store.runs(Uint32Array.of(0), false)].map(({ count }) => count)).toEqual([1]);
  });

  test("more than 1 GiB of them are an error that says what to do", () => {
    const store = new RowStore(0, 2 ** 29);
    const large: EntryShape = { keySize: 0, valueSize: 2 ** 29, cpus: 0, valueStride: 0 };
    const batch = { count: 1, keys: new Uint8Array(0), values: new Uint8Array(0), errnos: undefined };
    store.count = 2;
    const run: RowRun = { batch, count: 1, entries: Int32Array.of(0), cpus: undefined, cpuStride: 0, index: 0 };
    expect(() => store.add(run, 0, large)).toThrow(
      "2 rows are more than can be put in order (1 GiB): use --top N, or a --where",
    );
  });
});
