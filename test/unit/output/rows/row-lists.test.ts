import { expect, test } from "vitest";
import { eachStretch, rowList } from "../../../../src/output/rows/row-lists.ts";
import type { RowRun } from "../../../../src/query/rows/rows.ts";

const KEYS = new Uint8Array(64);

function runOf(entries: readonly number[], batch: Partial<RowRun["batch"]> = {}, more: Partial<RowRun> = {}): RowRun {
  return {
    batch: { count: 8, keys: KEYS, values: KEYS, errnos: undefined, ...batch },
    count: entries.length,
    entries: Int32Array.from(entries),
    cpus: undefined,
    cpuStride: 0,
    index: 100,
    ...more,
  };
}

/** The calls for a run, in their order. */
function stretches(run: RowRun): string[] {
  const calls: string[] = [];
  eachStretch(
    run,
    (from, end) => calls.push(`${from} to ${end}`),
    ({ row, errno, length }) => calls.push(`${row}: errno ${errno}, ${length} bytes`),
  );
  return calls;
}

test("a run of whole values is one stretch, an empty run none", () => {
  expect(stretches(runOf([0, 1, 5]))).toEqual(["0 to 3"]);
  expect(stretches(runOf([]))).toEqual([]);
});

test("a value that could not be read stands between stretches", () => {
  const errnos = Int32Array.of(2, 0, 0, 5, 0, 0, 0, 7);
  expect(stretches(runOf([0, 1, 2, 3, 4, 7], { errnos }))).toEqual([
    "0: errno 2, 0 bytes",
    "1 to 3",
    "3: errno 5, 0 bytes",
    "4 to 5",
    "5: errno 7, 0 bytes",
  ]);
});

test("where values have lengths, each row stands alone", () => {
  const lengths = Uint32Array.of(3, 8, 0, 0, 0, 0, 0, 0);
  expect(stretches(runOf([1, 0], { lengths }))).toEqual(["0: errno 0, 8 bytes", "1: errno 0, 3 bytes"]);
});

/** The offsets of the rows of a list. */
function places(list: ReturnType<typeof rowList>) {
  return Array.from({ length: list.count }, (_, row) => {
    const place = { key: -1, value: -1, cpu: -1, index: -1 };
    list.place(row, place);
    return place;
  });
}

test("a list has the offsets of entries", () => {
  const shape = { keySize: 4, valueSize: 7, cpus: 0, valueStride: 7 };
  const list = rowList(runOf([5, 2, 3]), 1, 3, shape);
  expect(list.valueSize).toBe(7);
  expect(places(list)).toEqual([
    { key: 8, value: 14, cpu: 0, index: 102 },
    { key: 12, value: 21, cpu: 0, index: 103 },
  ]);
});

test("a list has the offsets of the values of CPUs", () => {
  const shape = { keySize: 4, valueSize: 8, cpus: 2, valueStride: 16 };
  const list = rowList(runOf([1, 1], {}, { cpus: Int32Array.of(0, 1), cpuStride: 8 }), 0, 2, shape);
  expect(list.valueSize).toBe(8);
  expect(places(list)).toEqual([
    { key: 4, value: 16, cpu: 0, index: 101 },
    { key: 4, value: 24, cpu: 1, index: 101 },
  ]);
});
