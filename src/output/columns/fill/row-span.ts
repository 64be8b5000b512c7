import { viewOf } from "../../../bytes.ts";
import { entryIndex, type RowRun, valueOffset } from "../../../query/rows/rows.ts";
import type { EntryShape } from "../../../reader/entries.ts";
import type { Collected, RawBytes } from "./filler.ts";

/** Rows of a run, and where their keys and values lie. */
export interface RowSpan {
  readonly keys: RawBytes;
  readonly values: RawBytes;
  readonly count: number;
  readonly keyAt: Int32Array;
  readonly valueAt: Int32Array;
  /** The CPU of each row; below zero where its values couldn't be read. */
  readonly cpus: Int32Array | undefined;
  /**
   * The start of a row's CPUs in `valueAt` and `cpus`, where rows are entries with several; they end at the next row's.
   */
  readonly firsts: Int32Array;
  /** Tells whether the value of a row could be read; undefined where all could. */
  readonly isThere: ((row: number) => boolean) | undefined;
  /** The number of a row's entry in the whole read. */
  readonly index: (row: number) => number;
}

/** A column of rows. */
export interface RowFiller extends Collected {
  addRows(span: RowSpan): void;
}

/** Returns the rows of a run from `from` to `end`, each for itself. */
export function rowSpan(run: RowRun, from: number, end: number, { keySize, valueStride }: EntryShape): RowSpan {
  const count = end - from;
  const keyAt = new Int32Array(count);
  const valueAt = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    keyAt[row] = (run.entries[from + row] as number) * keySize;
    valueAt[row] = valueOffset(run, from + row, valueStride);
  }
  const { keys, values } = sources(run);
  return {
    keys,
    values: { ...values, lengths: lengthsOf(run, from, end) },
    count,
    keyAt,
    valueAt,
    cpus: run.cpus?.subarray(from, end),
    firsts: NO_FIRSTS,
    isThere: isThere(run, (row) => run.entries[from + row] as number),
    index: (row) => entryIndex(run, from + row),
  };
}

function lengthsOf({ batch: { lengths }, entries }: RowRun, from: number, end: number): Uint32Array | undefined {
  if (lengths === undefined) return undefined;
  return Uint32Array.from(entries.subarray(from, end), (entry) => lengths[entry] as number);
}

const NO_FIRSTS = new Int32Array(0);

/** Returns the rows of a run from `from` to `end`, those of one entry together. */
export function entrySpan(run: RowRun, from: number, end: number, { keySize, valueStride }: EntryShape): RowSpan {
  const firsts: number[] = [];
  const valueAt = new Int32Array(end - from);
  for (let row = from; row < end; row++) {
    if (row === from || run.entries[row] !== run.entries[row - 1]) firsts.push(row - from);
    valueAt[row - from] = valueOffset(run, row, valueStride);
  }
  const entryOf = (row: number): number => run.entries[from + (firsts[row] as number)] as number;
  return {
    ...sources(run),
    count: firsts.length,
    keyAt: Int32Array.from(firsts, (first) => (run.entries[from + first] as number) * keySize),
    valueAt,
    cpus: run.cpus?.subarray(from, end),
    firsts: Int32Array.from([...firsts, end - from]),
    isThere: isThere(run, entryOf),
    index: (row) => entryIndex(run, from + (firsts[row] as number)),
  };
}

/** Returns the end of the rows of a run that begin at `from`: some `count`, but all of an entry. */
export function spanEnd(run: RowRun, from: number, count: number): number {
  let end = Math.min(run.count, from + count);
  while (run.cpus !== undefined && end < run.count && run.entries[end] === run.entries[end - 1]) end += 1;
  return end;
}

function sources({ batch: { keys, values } }: RowRun): Pick<RowSpan, "keys" | "values"> {
  return { keys: { bytes: keys, view: viewOf(keys) }, values: { bytes: values, view: viewOf(values) } };
}

function isThere({ batch: { errnos } }: RowRun, entryOf: (row: number) => number): RowSpan["isThere"] {
  return errnos === undefined ? undefined : (row) => errnos[entryOf(row)] === 0;
}
