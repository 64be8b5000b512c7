import { viewOf } from "../../bytes.ts";
import type { EntryShape } from "../../reader/entries.ts";
import { hashBytes } from "../../reader/key-set.ts";
import { type RowRun, valueOffset } from "./rows.ts";

/** How many bytes of rows a table holds at the most. */
const MAX_TABLE_BYTES = 2 ** 30;
const FIRST_BYTES = 2 ** 20;

/**
 * Rows by their key (and CPU, where CPUs are rows of their own), to be found again: an open-addressing table over byte
 * arrays. Row i has its key at `i * keyStride` of `keys` and its value at `i * valueSize` of `values`. Memory is that
 * of the rows and 8 bytes more for each, doubled while it grows.
 */
export class RowTable {
  readonly keyStride: number;
  readonly valueSize: number;
  /** The most rows that there is room for. */
  readonly maxRows: number;
  count = 0;
  keys: Uint8Array;
  keysView: DataView;
  values: Uint8Array;
  valuesView: DataView;
  readonly #shape: EntryShape;
  /** The key that is looked for. */
  readonly #key: Uint8Array;
  readonly #keyView: DataView;
  #capacity: number;
  /** Index of a row plus one, 0 for a free slot. At most half full. */
  #slots = new Uint32Array(1024);

  /** `shape` and the rows are those of a query. */
  constructor(shape: EntryShape, maxRows: number = Number.POSITIVE_INFINITY) {
    this.#shape = shape;
    this.keyStride = shape.keySize + (shape.cpus > 0 ? 4 : 0);
    this.valueSize = shape.cpus > 0 ? shape.valueStride / shape.cpus : shape.valueStride;
    const rowBytes = Math.max(1, this.keyStride + this.valueSize);
    this.maxRows = Math.min(maxRows, Math.floor(MAX_TABLE_BYTES / rowBytes));
    this.#capacity = Math.max(1, Math.min(512, this.maxRows, Math.floor(FIRST_BYTES / rowBytes)));
    this.keys = new Uint8Array(this.#capacity * this.keyStride);
    this.values = new Uint8Array(this.#capacity * this.valueSize);
    this.keysView = viewOf(this.keys);
    this.valuesView = viewOf(this.values);
    this.#key = new Uint8Array(this.keyStride);
    this.#keyView = viewOf(this.#key);
  }

  /** The row of this table with the key of a row of a run; -1 if there is none. */
  find(run: RowRun, row: number): number {
    this.#setKey(run, row);
    return (this.#slots[this.#slotOf(this.#key, 0)] as number) - 1;
  }

  /** Adds a row that isn't there and returns its index; -1 where there is no room. */
  add(run: RowRun, row: number): number {
    if (this.count >= this.maxRows) return -1;
    if (this.count === this.#capacity) this.#growRows();
    this.#setKey(run, row);
    const index = this.count++;
    this.keys.set(this.#key, index * this.keyStride);
    this.setValue(index, run, row);
    this.#slots[this.#slotOf(this.#key, 0)] = index + 1;
    if (this.count * 2 >= this.#slots.length) this.#rebuild(this.#slots.length * 2);
    return index;
  }

  /** Puts a row that isn't there behind the last one, where it can be looked at; until something is added. */
  stage(run: RowRun, row: number): void {
    if (this.count === this.#capacity) this.#growRows();
    this.#setKey(run, row);
    this.keys.set(this.#key, this.count * this.keyStride);
    this.setValue(this.count, run, row);
  }

  /** Puts the staged row in the place of another one, which is forgotten. */
  replaceWithStaged(index: number): void {
    this.#release(this.#slotOf(this.keys, index * this.keyStride));
    const { keyStride, valueSize, count } = this;
    this.keys.copyWithin(index * keyStride, count * keyStride, (count + 1) * keyStride);
    this.values.copyWithin(index * valueSize, count * valueSize, (count + 1) * valueSize);
    this.#slots[this.#slotOf(this.keys, index * keyStride)] = index + 1;
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
    if (kept === this.count) return;
    this.count = kept;
    this.#rebuild(this.#slots.length);
  }

  #setKey(run: RowRun, row: number): void {
    const { keySize, cpus } = this.#shape;
    const from = (run.entries[row] as number) * keySize;
    for (let i = 0; i < keySize; i++) this.#key[i] = run.batch.keys[from + i] as number;
    if (cpus > 0) this.#keyView.setInt32(keySize, run.cpus?.[row] ?? 0, true);
  }

  /** The slot of a key, or the free one where it would be. */
  #slotOf(bytes: Uint8Array, at: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashBytes(bytes, at, this.keyStride) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const index = this.#slots[slot] as number;
      if (index === 0 || this.#hasKey(index - 1, bytes, at)) return slot;
    }
  }

  #hasKey(index: number, bytes: Uint8Array, at: number): boolean {
    const own = index * this.keyStride;
    for (let i = 0; i < this.keyStride; i++) if (this.keys[own + i] !== bytes[at + i]) return false;
    return true;
  }

  /** Frees a slot, and moves those behind it up to where they are looked for. */
  #release(freed: number): void {
    const mask = this.#slots.length - 1;
    let free = freed;
    for (let slot = (freed + 1) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const index = this.#slots[slot] as number;
      const home = hashBytes(this.keys, (index - 1) * this.keyStride, this.keyStride) & mask;
      if (((slot - home) & mask) < ((slot - free) & mask)) continue;
      this.#slots[free] = index;
      free = slot;
    }
    this.#slots[free] = 0;
  }

  /** One row more than there may be, for a staged one. */
  #growRows(): void {
    this.#capacity = Math.min(this.maxRows + 1, this.#capacity * 2);
    const keys = new Uint8Array(this.#capacity * this.keyStride);
    keys.set(this.keys);
    const values = new Uint8Array(this.#capacity * this.valueSize);
    values.set(this.values);
    this.keys = keys;
    this.values = values;
    this.keysView = viewOf(keys);
    this.valuesView = viewOf(values);
  }

  #rebuild(slots: number): void {
    this.#slots = new Uint32Array(slots);
    for (let i = 0; i < this.count; i++) this.#slots[this.#slotOf(this.keys, i * this.keyStride)] = i + 1;
  }
}
