import { viewOf } from "../../bytes.ts";
import type { EntryBatch, EntryShape } from "../../reader/entries.ts";
import { queryLimit } from "../fields/query-error.ts";

/** Rows of a query in one batch, valid until the next run is requested. */
export interface RowRun {
  readonly batch: EntryBatch;
  readonly count: number;
  /** For each row its entry in the batch. */
  readonly entries: Int32Array;
  /** For each row its CPU, where CPUs are rows; -1 for an entry whose values couldn't be read. */
  readonly cpus: Int32Array | undefined;
  /** Bytes from the value of one CPU to that of the next; 0 where the batch has one value for each row. */
  readonly cpuStride: number;
  /** The index in the whole read of the batch's first entry, or of each of its entries. */
  readonly index: number | Float64Array;
}

/** The index in the whole read of the entry of a row. */
export function entryIndex({ index, entries }: RowRun, row: number): number {
  const entry = entries[row] as number;
  return typeof index === "number" ? index + entry : (index[entry] as number);
}

/** The position of the value of a row in its batch. */
export function valueOffset({ entries, cpus, cpuStride }: RowRun, row: number, valueStride: number): number {
  const cpu = cpus === undefined ? 0 : Math.max(0, cpus[row] as number);
  return (entries[row] as number) * valueStride + cpu * cpuStride;
}

/** The most bytes of rows that a store keeps. */
const MAX_BYTES = 2 ** 30;
const RUN_ROWS = 4096;

/** Copies of rows, to be put in order. The bytes of row n begin at `n * stride`: its key, then its value. */
export class RowStore {
  readonly stride: number;
  count = 0;
  bytes: Uint8Array;
  view: DataView;
  cpus: Int32Array;
  indexes: Float64Array;
  /** The bytes of each row's value that are there. */
  lengths: Uint32Array;
  /** There are rows whose value isn't whole. */
  #cut = false;
  readonly #keySize: number;
  readonly #valueSize: number;
  #capacity: number;

  /** `valueSize`: bytes of one row's value. */
  constructor(keySize: number, valueSize: number, capacity = 1024) {
    this.#keySize = keySize;
    this.#valueSize = valueSize;
    this.stride = Math.max(1, keySize + valueSize);
    this.#capacity = Math.max(1, Math.min(capacity, Math.floor(MAX_BYTES / this.stride)));
    this.bytes = new Uint8Array(this.#capacity * this.stride);
    this.view = viewOf(this.bytes);
    this.cpus = new Int32Array(this.#capacity);
    this.indexes = new Float64Array(this.#capacity);
    this.lengths = new Uint32Array(this.#capacity);
  }

  /** Appends a row of a run. */
  add(run: RowRun, row: number, shape: EntryShape): void {
    if (this.count === this.#capacity) this.#grow();
    this.set(this.count, run, row, shape);
    this.count += 1;
  }

  /** Overwrites a row of this store with a row of a run. */
  set(slot: number, run: RowRun, row: number, { keySize, valueStride }: EntryShape): void {
    const entry = run.entries[row] as number;
    const at = slot * this.stride;
    const value = valueOffset(run, row, valueStride);
    // Entries are short: a loop is faster than set() with a subarray.
    for (let i = 0; i < keySize; i++) this.bytes[at + i] = run.batch.keys[entry * keySize + i] as number;
    for (let i = 0; i < this.#valueSize; i++) this.bytes[at + keySize + i] = run.batch.values[value + i] as number;
    this.cpus[slot] = run.cpus === undefined ? 0 : (run.cpus[row] as number);
    this.indexes[slot] = entryIndex(run, row);
    const { lengths } = run.batch;
    if (lengths !== undefined) this.#cut = true;
    this.lengths[slot] = lengths === undefined ? this.#valueSize : (lengths[entry] as number);
  }

  /** The rows in the order of `order`, as runs of new batches. */
  *runs(order: Uint32Array, withCpus: boolean): Generator<RowRun> {
    const keys = new Uint8Array(Math.max(1, RUN_ROWS * this.#keySize));
    const values = new Uint8Array(Math.max(1, RUN_ROWS * this.#valueSize));
    const entries = Int32Array.from({ length: RUN_ROWS }, (_, i) => i);
    const cpus = new Int32Array(RUN_ROWS);
    const index = new Float64Array(RUN_ROWS);
    const lengths = this.#cut ? new Uint32Array(RUN_ROWS) : undefined;
    for (let from = 0; from < order.length; from += RUN_ROWS) {
      const count = Math.min(RUN_ROWS, order.length - from);
      for (let i = 0; i < count; i++) {
        const slot = order[from + i] as number;
        const at = slot * this.stride;
        const middle = at + this.#keySize;
        keys.set(this.bytes.subarray(at, middle), i * this.#keySize);
        values.set(this.bytes.subarray(middle, middle + this.#valueSize), i * this.#valueSize);
        cpus[i] = this.cpus[slot] as number;
        index[i] = this.indexes[slot] as number;
        if (lengths !== undefined) lengths[i] = this.lengths[slot] as number;
      }
      const batch: EntryBatch = { count, keys, values, errnos: undefined, lengths };
      yield { batch, count, entries, cpus: withCpus ? cpus : undefined, cpuStride: 0, index };
    }
  }

  #grow(): void {
    const capacity = Math.min(this.#capacity * 2, Math.floor(MAX_BYTES / this.stride));
    if (capacity === this.#capacity) {
      throw queryLimit(`${this.count} rows are more than can be put in order (1 GiB): use --top N, or a --where`);
    }
    this.#capacity = capacity;
    this.bytes = resized(this.bytes, new Uint8Array(capacity * this.stride));
    this.view = viewOf(this.bytes);
    this.cpus = resized(this.cpus, new Int32Array(capacity));
    this.indexes = resized(this.indexes, new Float64Array(capacity));
    this.lengths = resized(this.lengths, new Uint32Array(capacity));
  }
}

function resized<Numbers extends Uint8Array | Int32Array | Uint32Array | Float64Array>(
  from: Numbers,
  to: Numbers,
): Numbers {
  to.set(from);
  return to;
}
