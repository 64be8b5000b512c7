import { viewOf } from "../../bytes.ts";
import type { EntryShape } from "../../reader/entries.ts";
import { KeyTable } from "../../reader/key-table.ts";
import { type RowRun, valueOffset } from "./rows.ts";

/** How many bytes of rows a table holds at the most. */
const MAX_TABLE_BYTES = 2 ** 30;
const FIRST_BYTES = 2 ** 20;

/**
 * Rows by their key (and CPU, where CPUs are rows of their own), to be found again: a table of keys, and their values in
 * another array of bytes. Row i has its key at `i * keyStride` of `keys` and its value at `i * valueSize` of `values`.
 * Memory is that of the rows and 8 bytes more for each, doubled while it grows.
 */
export class RowTable {
  readonly keyStride: number;
  readonly valueSize: number;
  /** The most rows that there is room for. */
  readonly maxRows: number;
  keys: Uint8Array;
  keysView: DataView;
  values: Uint8Array;
  valuesView: DataView;
  readonly #shape: EntryShape;
  readonly #table: KeyTable;
  /** The key of the row in hand. */
  readonly #key: Uint8Array;
  readonly #keyView: DataView;

  /** `shape` and the rows are those of a query. */
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

  /** The row of this table with the key of a row of a run; -1 if there is none. */
  find(run: RowRun, row: number): number {
    this.#setKey(run, row);
    return this.#table.find(this.#key, 0);
  }

  /** Adds a row that isn't there and returns its index; -1 where there is no room. */
  add(run: RowRun, row: number): number {
    if (this.count >= this.maxRows) return -1;
    this.#makeRoom();
    this.#setKey(run, row);
    const index = this.#table.numberOf(this.#key, 0);
    this.setValue(index, run, row);
    return index;
  }

  /** Puts a row that isn't there behind the last one, where it can be looked at; until something is added. */
  stage(run: RowRun, row: number): void {
    this.#makeRoom();
    this.#setKey(run, row);
    this.#table.stage(this.#key, 0);
    this.setValue(this.count, run, row);
  }

  /** Puts the staged row in the place of another one, which is forgotten. */
  replaceWithStaged(index: number): void {
    const { valueSize, count } = this;
    this.#table.replaceWithStaged(index);
    this.values.copyWithin(index * valueSize, count * valueSize, (count + 1) * valueSize);
  }

  /** Writes the value of a row of a run over that of a row of this table. */
  setValue(index: number, run: RowRun, row: number): void {
    const from = valueOffset(run, row, this.#shape.valueStride);
    const to = index * this.valueSize;
    const { values } = run.batch;
    // Values are short: a loop is faster than set() with a subarray.
    for (let i = 0; i < this.valueSize; i++) this.values[to + i] = values[from + i] as number;
  }

  /** Whether a row of a run has the same value, byte by byte. */
  hasValue(index: number, run: RowRun, row: number): boolean {
    const from = valueOffset(run, row, this.#shape.valueStride);
    const to = index * this.valueSize;
    const { values } = run.batch;
    for (let i = 0; i < this.valueSize; i++) if (this.values[to + i] !== values[from + i]) return false;
    return true;
  }

  /** The CPU of a row; 0 where rows are not of one CPU. */
  cpuOf(index: number): number {
    const { cpus, keySize } = this.#shape;
    return cpus > 0 ? this.keysView.getInt32(index * this.keyStride + keySize, true) : 0;
  }

  /** Drops the rows for which `isKept` is false; the others keep their order. `moved` hears of each that moves. */
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

  /** One row more than there may be, for a staged one. */
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
