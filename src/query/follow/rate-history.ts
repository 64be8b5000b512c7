import type { Counter } from "./counters.ts";
import { ADDED, type Follower, REMOVED } from "./follower.ts";

/** How many rates of a row are remembered. */
export const KEPT_RATES = 8;

/** The last rates of one counter, row by row: of the rows that are looked at, and of no others. */
export class RateHistory {
  readonly counter: Counter;
  readonly #follower: Follower;
  /** By key, since rows of the follower's table move. */
  #rates = new Map<string, readonly (number | undefined)[]>();

  constructor(counter: Counter, follower: Follower) {
    this.counter = counter;
    this.#follower = follower;
  }

  /** Takes in what a read has brought. What was known of other rows is forgotten. */
  update(rows: readonly number[]): void {
    const rates = rows.map((row) => [this.#keyOf(row), [...this.of(row), this.#rate(row)].slice(-KEPT_RATES)] as const);
    this.#rates = new Map(rates);
  }

  /** The rates of a row, the last one last; undefined for a read in which there was none. */
  of(row: number): readonly (number | undefined)[] {
    return this.#rates.get(this.#keyOf(row)) ?? [];
  }

  #rate(row: number): number | undefined {
    const state = this.#follower.states[row];
    return state === ADDED || state === REMOVED ? undefined : this.#follower.rate(row, this.counter);
  }

  #keyOf(row: number): string {
    const { keys, keyStride } = this.#follower.table;
    return Buffer.from(keys.buffer, keys.byteOffset + row * keyStride, keyStride).toString("latin1");
  }
}
