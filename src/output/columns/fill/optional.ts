import type { Column, ColumnData, Missing } from "../column.ts";
import type { Collected, Filler, RawBytes } from "./filler.ts";
import { mergedNulls, ValidBits } from "./nulls.ts";

/** A column of values of which some couldn't be read: those are missing. */
export class Optional implements Collected {
  readonly column: Column;
  readonly #filler: Filler;
  readonly #isDense: boolean;
  readonly #valid: ValidBits = new ValidBits();
  #there = new Int32Array(0);

  constructor(filler: Filler, missing: Missing) {
    this.#filler = filler;
    this.column = { ...filler.column, nullable: true };
    this.#isDense = missing === "dense";
  }

  /** Adds a value for each position; `isThere` says which of them can be read, undefined that all can. */
  add(source: RawBytes, at: Int32Array, count: number, isThere: ((row: number) => boolean) | undefined): void {
    if (isThere === undefined) {
      this.#valid.addAll(count);
      this.#filler.add(source, at, count);
      return;
    }
    if (this.#there.length < count) this.#there = new Int32Array(count);
    let found = 0;
    for (let row = 0; row < count; row++) {
      const there = isThere(row);
      this.#valid.add(there);
      if (there || !this.#isDense) this.#there[found++] = at[row] as number;
    }
    this.#filler.add(source, this.#there, found);
  }

  data(): ColumnData {
    const data = this.#filler.data();
    const nulls = this.#valid.nulls();
    return nulls === undefined ? data : { ...data, nulls: mergedNulls(nulls, data.nulls, this.#isDense) };
  }

  clear(buffers: "again" | "anew"): void {
    this.#filler.clear(buffers);
    this.#valid.clear(buffers);
  }
}
