import type { ShownRow } from "./table-model.ts";

/** The samples that are kept: five minutes of one a second. */
const SAMPLES = 300;
/** The rows that are kept: those that had most of the field lately. */
const ROWS = 40;

/** The values of a field over the last minutes, in the rows that had most of it. */
export class FieldHistory {
  times: number[] = [];
  readonly #rows = new Map<number, (number | null)[]>();

  /** Adds a sample of all rows. */
  add(time: number, rows: Iterable<ShownRow>, measure: (shown: ShownRow) => number): void {
    if (Number.isNaN(time) || time === this.times.at(-1)) return;
    this.times = [...this.times, time].slice(-SAMPLES);
    const count = this.times.length;
    const sample = new Map<number, number>();
    for (const shown of rows) sample.set(shown.row.id, measure(shown));
    const most = [...sample].sort(([, a], [, b]) => b - a).slice(0, ROWS);
    for (const [id] of most)
      if (!this.#rows.has(id))
        this.#rows.set(
          id,
          Array.from({ length: count - 1 }, () => null),
        );
    for (const [id, values] of this.#rows) {
      values.push(sample.get(id) ?? null);
      values.splice(0, values.length - count);
    }
    this.#forget(most.map(([id]) => id));
  }

  /** The samples of a row, one for each of `times`. */
  of(id: number): readonly (number | null)[] {
    return this.#rows.get(id) ?? this.times.map(() => null);
  }

  /** Drops rows that are not among the first, where there are too many. */
  #forget(kept: readonly number[]): void {
    for (const id of this.#rows.keys()) {
      if (this.#rows.size <= 2 * ROWS) return;
      if (!kept.includes(id)) this.#rows.delete(id);
    }
  }
}
