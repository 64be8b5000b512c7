import { compileFloat, compileInteger } from "../../codec/access/accessor.ts";
import { integerBits } from "../../codec/access/field.ts";
import type { EntryShape } from "../../reader/entries.ts";
import type { Layout } from "../../schema/layout.ts";
import { writeInteger } from "../fields/integers.ts";
import { floatLayout, integerLayout, sumLayout } from "../fields/synthetic-layouts.ts";
import { type RowReader, readerOf } from "../rows/row-reader.ts";
import type { RowRun } from "../rows/rows.ts";
import type { Accumulator } from "./accumulator.ts";
import type { GroupAggregate } from "./group.ts";
import { isWide, WideExtreme, WideField, WideSum } from "./wide-accumulators.ts";

/** A constructor of accumulators for one aggregate; each group gets its own. */
export function accumulatorOf({ aggregate, field }: GroupAggregate, shape: EntryShape): () => Accumulator {
  if (field === undefined) return () => new Count();
  const float = compileFloat(field);
  if (float !== undefined) {
    const read = readerOf(float, field, shape);
    return () => new FloatAggregate(aggregate, read);
  }
  const bits = integerBits(field);
  if (bits !== undefined && isWide(bits)) {
    const wide = new WideField(field, bits, shape);
    if (aggregate === "sum" || aggregate === "avg") return () => new WideSum(aggregate === "avg", wide);
    return () => new WideExtreme(aggregate === "min", field.layout, wide);
  }
  const read = readerOf(compileInteger(field), field, shape);
  const signed = bits?.signed ?? false;
  const sum = sumLayout(128, signed, bits?.width ?? 128);
  if (aggregate === "sum" || aggregate === "avg") return () => new Sum(aggregate === "avg", sum, read);
  const isWhole = bits?.start === field.bitOffset && bits.width === field.layout.size * 8;
  const layout = isWhole ? field.layout : integerLayout(128, signed, bits?.width);
  return () => new Extreme(aggregate === "min", layout, read);
}

/** The number of rows. */
class Count implements Accumulator {
  readonly layout: Layout = integerLayout(64, false);
  #count = 0;

  add(): void {
    this.#count += 1;
  }

  write(view: DataView, at: number): void {
    writeInteger(view, at, this.layout.size, this.#count);
  }
}

/** A sum of any size: a number as long as that is exact, and a bigint for the rest. */
class Sum implements Accumulator {
  readonly layout: Layout;
  readonly #isAverage: boolean;
  readonly #read: RowReader<number | bigint>;
  #small = 0;
  #large = 0n;
  #count = 0;

  constructor(isAverage: boolean, sum: Layout, read: RowReader<number | bigint>) {
    this.layout = isAverage ? floatLayout() : sum;
    this.#isAverage = isAverage;
    this.#read = read;
  }

  add(run: RowRun, row: number): void {
    const value = this.#read(run, row);
    this.#count += 1;
    if (typeof value === "bigint") this.#large += value;
    else if (Number.isSafeInteger(this.#small + value)) this.#small += value;
    else this.#large += BigInt(value);
  }

  write(view: DataView, at: number): void {
    const sum = this.#large + BigInt(this.#small);
    if (!this.#isAverage) {
      writeInteger(view, at, this.layout.size, sum);
      return;
    }
    const count = BigInt(this.#count);
    view.setFloat64(at, Number(sum / count) + Number(sum % count) / this.#count, true);
  }
}

/** The least or the greatest of integers of less than 64 bits, or of bit-fields. */
class Extreme implements Accumulator {
  readonly layout: Layout;
  readonly #isLeast: boolean;
  readonly #read: RowReader<number | bigint>;
  #best: number | bigint | undefined;

  constructor(isLeast: boolean, layout: Layout, read: RowReader<number | bigint>) {
    this.layout = layout;
    this.#isLeast = isLeast;
    this.#read = read;
  }

  add(run: RowRun, row: number): void {
    const value = this.#read(run, row);
    if (this.#best === undefined || (this.#isLeast ? value < this.#best : value > this.#best)) this.#best = value;
  }

  write(view: DataView, at: number): void {
    writeInteger(view, at, this.layout.size, this.#best ?? 0);
  }
}

/** Any aggregate of floating-point numbers. NaN makes every result NaN. */
class FloatAggregate implements Accumulator {
  readonly layout: Layout = floatLayout();
  readonly #aggregate: string;
  readonly #read: RowReader<number>;
  #sum = 0;
  #least = Number.POSITIVE_INFINITY;
  #greatest = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(aggregate: string, read: RowReader<number>) {
    this.#aggregate = aggregate;
    this.#read = read;
  }

  add(run: RowRun, row: number): void {
    const value = this.#read(run, row);
    this.#count += 1;
    this.#sum += value;
    this.#least = Math.min(this.#least, value);
    this.#greatest = Math.max(this.#greatest, value);
  }

  write(view: DataView, at: number): void {
    const results: Record<string, number> = {
      sum: this.#sum,
      avg: this.#sum / this.#count,
      min: this.#least,
      max: this.#greatest,
    };
    view.setFloat64(at, results[this.#aggregate] ?? 0, true);
  }
}
