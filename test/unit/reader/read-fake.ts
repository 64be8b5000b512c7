import { expect } from "vitest";
import type { EntryBatch, EntrySource, ReadReport } from "../../../src/reader/entries.ts";
import { LiveMap } from "../../../src/reader/live-map.ts";
import type { EntryOptions } from "../../../src/reader/map-source.ts";
import { FakeKernel, type FakeMap, type Fault } from "../../helpers/fake-kernel.ts";
import { MAP_TYPES } from "../../helpers/map-types.ts";

/** What a read of a fake map gave. */
export interface ReadResult {
  /** The numbers of the entries, in the sequence in which they came. */
  readonly numbers: number[];
  readonly report: ReadReport;
  readonly kernel: FakeKernel;
}

/** Reads a fake map to its end; the value of each entry that could be read is checked against its number. */
export function read(map: FakeMap, fault: Fault = () => undefined, options: EntryOptions = {}): ReadResult {
  const kernel = new FakeKernel([map], fault);
  using live = new LiveMap(kernel, kernel.openMap(map.info.id));
  using source = live.entries(options);
  return { numbers: numbersOf(source, live.shape.valueStride), report: source.report, kernel };
}

/** The same by a caller that awaits batches, so that calls are made ahead. */
export async function readAhead(
  map: FakeMap,
  fault: Fault = () => undefined,
  options: EntryOptions = {},
): Promise<ReadResult> {
  const kernel = new FakeKernel([map], fault);
  using live = new LiveMap(kernel, kernel.openMap(map.info.id));
  using source = live.entries({ ...options, ahead: true });
  const numbers: number[] = [];
  for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
    numbers.push(...numbersIn(batch, live.shape.valueStride));
  }
  return { numbers, report: source.report, kernel };
}

/** Both ways to read. */
export const WAYS: readonly [
  string,
  (map: FakeMap, fault?: Fault, options?: EntryOptions) => ReadResult | Promise<ReadResult>,
][] = [
  ["at once", read],
  ["ahead", readAhead],
];

function numbersOf(source: EntrySource, valueStride: number): number[] {
  const numbers: number[] = [];
  for (let batch = source.next(); batch !== undefined; batch = source.next()) {
    if (batch instanceof Promise) throw new Error("a live map answers at once");
    numbers.push(...numbersIn(batch, valueStride));
  }
  return numbers;
}

/** The numbers of a batch's entries, whose values are checked. */
export function numbersIn(batch: EntryBatch, valueStride: number): number[] {
  const numbers: number[] = [];
  const wrong: number[] = [];
  const keys = new DataView(batch.keys.buffer);
  const values = new DataView(batch.values.buffer);
  for (let i = 0; i < batch.count; i++) {
    const n = keys.getUint32(4 * i, true);
    if (!batch.errnos?.[i] && values.getBigUint64(valueStride * i, true) !== BigInt(n) * 3n) wrong.push(n);
    numbers.push(n);
  }
  expect(wrong).toEqual([]);
  return numbers;
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** The same fake map as one of another type. */
export function typed(map: FakeMap, type: keyof typeof MAP_TYPES): FakeMap {
  return { ...map, info: { ...map.info, type: MAP_TYPES[type] } };
}
