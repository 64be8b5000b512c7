import type { Counter } from "./counters.ts";
import { ADDED, type Follower, REMOVED } from "./follower.ts";

/** The number of rates that are kept of a row. */
export const KEPT_RATES = 8;

/** The last rates of one counter, for the rows on the screen. */
export class RateHistory {
  readonly counter: Counter;
  readonly #follower: Follower;
  /** By key, since rows move in the follower's table. */
  #rates = new Map<string, readonly (number | undefined)[]>();

  constructor(counter: Counter, follower: Follower) {
    this.counter = counter;
    this.#follower = follower;
  }

  /** Adds the rates of the last read for these rows, and forgets all others. */
  update(rows: readonly number[]): void {
    const rates = rows.map((row) => [this.#keyOf(row), [...this.of(row), this.#rate(row)].slice(-KEPT_RATES)] as const);
    this.#rates = new Map(rates);
  }

  /** The rates of a row, oldest first; undefined for a read without one. */
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
