import { viewOf } from "../../bytes.ts";
import type { EntryShape } from "../../reader/entries.ts";
import { KeyTable } from "../../reader/key-table.ts";
import { type RowRun, valueOffset } from "./rows.ts";

/** The most bytes of rows in a table. */
const MAX_TABLE_BYTES = 2 ** 30;
const FIRST_BYTES = 2 ** 20;

/**
 * A hash table of rows by their key, and CPU where CPUs are rows: a table of keys, with the values in another array of
 * bytes. Row i has its key at `i * keyStride` of `keys` and its value at `i * valueSize` of `values`. Each row takes
 * its bytes and 8 more, twice that while the table grows.
 */
export class RowTable {
  readonly keyStride: number;
  readonly valueSize: number;
  /** The most rows that fit. */
  readonly maxRows: number;
  keys: Uint8Array;
  keysView: DataView;
  values: Uint8Array;
  valuesView: DataView;
  readonly #shape: EntryShape;
  readonly #table: KeyTable;
  /** The key of the current row. */
  readonly #key: Uint8Array;
  readonly #keyView: DataView;

  /** `shape` is that of the query whose rows are added. */
  constructor(shape: EntryShape, maxRows: number = Number.POSITIVE_INFINITY) {
    this.#shape = shape;
    this.keyStride = shape.keySize + (shape.cpus > 0 ? 4 : 0);
    this.valueSize = shape.cpus > 0 ? shape.valueStride / shape.cpus : shape.valueStride;
    const rowBytes = Math.max(1, this.keyStride + this.valueSize);
    this.maxRows = Math.min(maxRows, Math.floor(MAX_TABLE_BYTES / rowBytes));
    const capacity = Math.max(1, Math.min(512, this.maxRows, Math.floor(FIRST_BYTES / rowBytes)));
    this.#table = new KeyTable(this.keyStride, { capacity, maxKeys: this.maxRows });
    this.keys = this.#table.keys;
    this.keysView = viewOf(this.keys);
    this.values = new Uint8Array(capacity * this.valueSize);
    this.valuesView = viewOf(this.values);
    this.#key = new Uint8Array(this.keyStride);
    this.#keyView = viewOf(this.#key);
  }

  get count(): number {
    return this.#table.count;
  }

  /** The index of the row with the same key as a row of a run; -1 if there is none. */
  find(run: RowRun, row: number): number {
    this.#setKey(run, row);
    return this.#table.find(this.#key, 0);
  }

  /** Adds a row with a new key and returns its index; -1 where the table is full. */
  add(run: RowRun, row: number): number {
    if (this.count >= this.maxRows) return -1;
    this.#makeRoom();
    this.#setKey(run, row);
    const index = this.#table.numberOf(this.#key, 0);
    this.setValue(index, run, row);
    return index;
  }

  /** Copies a row with a new key to index `count`, where it can be compared until the next row is added. */
  stage(run: RowRun, row: number): void {
    this.#makeRoom();
    this.#setKey(run, row);
    this.#table.stage(this.#key, 0);
    this.setValue(this.count, run, row);
  }

  /** Replaces a row by the staged one. */
  replaceWithStaged(index: number): void {
    const { valueSize, count } = this;
    this.#table.replaceWithStaged(index);
    this.values.copyWithin(index * valueSize, count * valueSize, (count + 1) * valueSize);
  }

  /** Overwrites the value of a row of this table with that of a row of a run. */
  setValue(index: number, run: RowRun, row: number): void {
    const from = valueOffset(run, row, this.#shape.valueStride);
    const to = index * this.valueSize;
    const { values } = run.batch;
    // Values are short: a loop is faster than set() with a subarray.
    for (let i = 0; i < this.valueSize; i++) this.values[to + i] = values[from + i] as number;
  }

  /** Compares the value of a row with that of a row of a run, byte by byte. */
  hasValue(index: number, run: RowRun, row: number): boolean {
    const from = valueOffset(run, row, this.#shape.valueStride);
    const to = index * this.valueSize;
    const { values } = run.batch;
    for (let i = 0; i < this.valueSize; i++) if (this.values[to + i] !== values[from + i]) return false;
    return true;
  }

  /** The CPU of a row; 0 where CPUs are not rows. */
  cpuOf(index: number): number {
    const { cpus, keySize } = this.#shape;
    return cpus > 0 ? this.keysView.getInt32(index * this.keyStride + keySize, true) : 0;
  }

  /** Drops the rows for which `isKept` is false; the others keep their order. `moved` is called for each that moves. */
  retain(isKept: (index: number) => boolean, moved: (from: number, to: number) => void): void {
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      if (!isKept(i)) continue;
      if (kept !== i) {
        this.keys.copyWithin(kept * this.keyStride, i * this.keyStride, (i + 1) * this.keyStride);
        this.values.copyWithin(kept * this.valueSize, i * this.valueSize, (i + 1) * this.valueSize);
        moved(i, kept);
      }
      kept += 1;
    }
    if (kept < this.count) this.#table.keepFirst(kept);
  }

  #setKey(run: RowRun, row: number): void {
    const { keySize, cpus } = this.#shape;
    const from = (run.entries[row] as number) * keySize;
    for (let i = 0; i < keySize; i++) this.#key[i] = run.batch.keys[from + i] as number;
    if (cpus > 0) this.#keyView.setInt32(keySize, run.cpus?.[row] ?? 0, true);
  }

  /** Grows the table to at most one row more than `maxRows`, for a staged one. */
  #makeRoom(): void {
    const table = this.#table;
    table.reserve();
    if (table.keys === this.keys) return;
    const values = new Uint8Array(table.capacity * this.valueSize);
    values.set(this.values);
    this.keys = table.keys;
    this.values = values;
    this.keysView = viewOf(this.keys);
    this.valuesView = viewOf(values);
  }
}
