import { viewOf } from "../../bytes.ts";
import type { Field, IntegerBits } from "../../codec/access/field.ts";
import type { EntryShape } from "../../reader/entries.ts";
import type { Layout } from "../../schema/layout.ts";
import { writeInteger } from "../fields/integers.ts";
import { floatLayout, sumLayout } from "../fields/synthetic-layouts.ts";
import { offsetOf } from "../rows/row-reader.ts";
import type { RowRun } from "../rows/rows.ts";
import type { Accumulator } from "./accumulator.ts";

/** The number of low words that a double adds up exactly. */
const MAX_ADDED = 2 ** 20;

/** Reads a 64-bit integer as two words: a bigint for each row would take longer than everything else. */
export class WideField {
  readonly signed: boolean;
  low = 0;
  high = 0;
  readonly #isKey: boolean;
  readonly #byte: number;
  readonly #offset: (run: RowRun, row: number) => number;
  #known: Uint8Array | undefined;
  #view: DataView = viewOf(new Uint8Array(0));

  constructor(field: Field, { start, signed }: IntegerBits, shape: EntryShape) {
    this.signed = signed;
    this.#isKey = field.side === "key";
    this.#byte = start / 8;
    this.#offset = offsetOf(field, shape);
  }

  /** Reads the words of a row. */
  read(run: RowRun, row: number): void {
    const bytes = this.#isKey ? run.batch.keys : run.batch.values;
    if (bytes !== this.#known) this.#view = viewOf(bytes);
    this.#known = bytes;
    const at = this.#offset(run, row) + this.#byte;
    this.low = this.#view.getUint32(at, true);
    this.high = this.signed ? this.#view.getInt32(at + 4, true) : this.#view.getUint32(at + 4, true);
  }
}

/** Tests for an integer that {@link WideField} reads. */
export function isWide({ start, width }: IntegerBits): boolean {
  return width === 64 && start % 8 === 0;
}

/** A sum of 64-bit integers, or their average. */
export class WideSum implements Accumulator {
  readonly layout: Layout;
  readonly #isAverage: boolean;
  readonly #field: WideField;
  #low = 0;
  #high = 0;
  /** The sum up to the last carry. */
  #sum = 0n;
  #count = 0;

  constructor(isAverage: boolean, field: WideField) {
    this.layout = isAverage ? floatLayout() : sumLayout(128, field.signed, 64);
    this.#isAverage = isAverage;
    this.#field = field;
  }

  add(run: RowRun, row: number): void {
    const field = this.#field;
    field.read(run, row);
    this.#low += field.low;
    this.#high += field.high;
    this.#count += 1;
    if (this.#count % MAX_ADDED === 0) this.#carry();
  }

  write(view: DataView, at: number): void {
    this.#carry();
    if (!this.#isAverage) {
      writeInteger(view, at, this.layout.size, this.#sum);
      return;
    }
    const count = BigInt(this.#count);
    view.setFloat64(at, Number(this.#sum / count) + Number(this.#sum % count) / this.#count, true);
  }

  #carry(): void {
    this.#sum += (BigInt(this.#high) << 32n) + BigInt(this.#low);
    this.#low = 0;
    this.#high = 0;
  }
}

/** The least or the greatest of 64-bit integers. */
export class WideExtreme implements Accumulator {
  readonly layout: Layout;
  readonly #isLeast: boolean;
  readonly #field: WideField;
  #low = 0;
  #high = 0;
  #isEmpty = true;

  constructor(isLeast: boolean, layout: Layout, field: WideField) {
    this.layout = layout;
    this.#isLeast = isLeast;
    this.#field = field;
  }

  add(run: RowRun, row: number): void {
    const field = this.#field;
    field.read(run, row);
    const { low, high } = field;
    const isLess = high < this.#high || (high === this.#high && low < this.#low);
    if (!this.#isEmpty && isLess !== this.#isLeast) return;
    this.#low = low;
    this.#high = high;
    this.#isEmpty = false;
  }

  write(view: DataView, at: number): void {
    view.setUint32(at, this.#low, true);
    view.setInt32(at + 4, this.#high, true);
  }
}
