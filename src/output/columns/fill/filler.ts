import type { JsonOptions } from "../../../codec/json/json-options.ts";
import type { ShownText } from "../../../codec/text/shown-text.ts";
import type { RenderContext } from "../../render/renderer.ts";
import type { Column, ColumnData, Missing } from "../column.ts";

/** The form of what has no obvious one. */
export interface FillOptions {
  readonly enums: JsonOptions["enums"];
  readonly shown: ShownText;
  readonly around: RenderContext;
  readonly missing: Missing;
}

/** The keys or the values of a batch. */
export interface RawBytes {
  readonly bytes: Uint8Array;
  /** Of the same bytes. */
  readonly view: DataView;
  /** The bytes that are there of the value at each position, where values end with an array of any length. */
  readonly lengths?: Uint32Array | undefined;
}

/** A column whose values are collected. */
export interface Collected {
  readonly column: Column;
  /**
   * Returns what was added since the last `clear`. Valid until the next `add`, or for good if `clear` drops the
   * buffers.
   */
  data(): ColumnData;
  /** Begins anew, in the same buffers or, where the values are still in use, in others. */
  clear(buffers: "again" | "anew"): void;
}

/** Collects the values of one column, or of a part of one, out of raw bytes. No object is made for a value. */
export interface Filler extends Collected {
  /** Adds a value for each of the first `count` positions: offsets of keys, values or elements in `source`. */
  add(source: RawBytes, at: Int32Array, count: number): void;
}

/** A filler that can take the elements of an array as they lie there. */
export interface RunFiller extends Filler {
  /** Adds the values of `bytes` bytes from `at` on. */
  addRun(source: RawBytes, at: number, bytes: number): void;
}

/** Bytes that grow by doubling, and are zeros where nothing was written. */
export class GrowingBytes {
  bytes: Uint8Array;
  u16: Uint16Array;
  u32: Uint32Array;
  i32: Int32Array;
  i64: BigInt64Array;

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(roundedUp(capacity));
    this.u16 = new Uint16Array(this.bytes.buffer);
    this.u32 = new Uint32Array(this.bytes.buffer);
    this.i32 = new Int32Array(this.bytes.buffer);
    this.i64 = new BigInt64Array(this.bytes.buffer);
  }

  /** Makes room for so many bytes in all. */
  ensure(size: number): void {
    if (size <= this.bytes.length) return;
    const old = this.bytes;
    this.#replace(Math.max(size, old.length * 2));
    this.bytes.set(old);
  }

  /** Drops the buffer, which is someone else's from now on. */
  renew(): void {
    this.#replace(this.bytes.length);
  }

  #replace(size: number): void {
    this.bytes = new Uint8Array(roundedUp(size));
    this.u16 = new Uint16Array(this.bytes.buffer);
    this.u32 = new Uint32Array(this.bytes.buffer);
    this.i32 = new Int32Array(this.bytes.buffer);
    this.i64 = new BigInt64Array(this.bytes.buffer);
  }
}

function roundedUp(size: number): number {
  return Math.ceil(Math.max(8, size) / 8) * 8;
}
