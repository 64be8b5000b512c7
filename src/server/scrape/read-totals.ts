/** The reads of a map so far. */
export interface ReadTotal {
  /** Seconds that all reads together took. */
  seconds: number;
  reads: number;
  incomplete: number;
  errors: number;
}

/** The reads of each map since the program started. Memory is one record for each map that is there. */
export class ReadTotals {
  readonly #totals = new Map<number, ReadTotal>();

  /** The record of a map, to be counted in. */
  of(id: number): ReadTotal {
    const known = this.#totals.get(id) ?? { seconds: 0, reads: 0, incomplete: 0, errors: 0 };
    this.#totals.set(id, known);
    return known;
  }

  /** Forgets maps that are gone. */
  retain(isThere: (id: number) => boolean): void {
    for (const id of this.#totals.keys()) if (!isThere(id)) this.#totals.delete(id);
  }
}
