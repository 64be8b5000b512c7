import { type Column, type ColumnData, NO_NOTES } from "../column.ts";
import { GrowingBytes } from "./filler.ts";
import type { RowFiller, RowSpan } from "./row-span.ts";

/** A text that is the same in all rows. */
export class SameText implements RowFiller {
  readonly column: Column;
  readonly #names: readonly string[];
  #indexes: Int32Array = new Int32Array(0);
  #count = 0;

  constructor(name: string, text: string) {
    this.column = { name, type: { kind: "names" }, nullable: false, notes: NO_NOTES };
    this.#names = [text];
  }

  addRows({ count }: RowSpan): void {
    this.#count += count;
  }

  data(): ColumnData {
    if (this.#indexes.length < this.#count) this.#indexes = new Int32Array(this.#count);
    return { kind: "names", indexes: this.#indexes.subarray(0, this.#count), names: this.#names, length: this.#count };
  }

  clear(): void {
    this.#count = 0;
  }
}

/** The time of the read that a row is from, in nanoseconds since 1970. */
export class ReadTime implements RowFiller {
  readonly column: Column;
  readonly #out: GrowingBytes = new GrowingBytes();
  #count = 0;
  /** Of the rows that are added next. */
  now = 0n;

  constructor(name: string) {
    this.column = { name, type: { kind: "time" }, nullable: false, notes: NO_NOTES };
  }

  addRows({ count }: RowSpan): void {
    this.#out.ensure((this.#count + count) * 8);
    this.#out.i64.fill(this.now, this.#count, this.#count + count);
    this.#count += count;
  }

  data(): ColumnData {
    return { kind: "fixed", bytes: this.#out.bytes.subarray(0, this.#count * 8), length: this.#count };
  }

  clear(buffers: "again" | "anew"): void {
    this.#count = 0;
    if (buffers === "anew") this.#out.renew();
  }
}
