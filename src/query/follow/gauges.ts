import type { Counter } from "./counters.ts";
import { CHANGED, type Follower } from "./follower.ts";

/** So often a number must have fallen, but not to less than half, until it is taken for one that goes up and down. */
const FALLS = 3;

/**
 * Finds integers that go up and down, such as the length of a queue, by how they behave: a counter that is reset begins
 * anew, far below where it was.
 */
export class Gauges {
  readonly #falls = new Map<string, number>();

  /** Looks at rows of the last read. */
  look(follower: Follower, rows: readonly number[]): void {
    for (const counter of follower.counters) {
      if (!counter.isUnsigned || this.has(counter)) continue;
      for (const row of rows) if (fell(follower, row, counter)) this.#count(counter);
    }
  }

  has({ name }: Counter): boolean {
    return (this.#falls.get(name) ?? 0) >= FALLS;
  }

  #count({ name }: Counter): void {
    this.#falls.set(name, (this.#falls.get(name) ?? 0) + 1);
  }
}

function fell(follower: Follower, row: number, counter: Counter): boolean {
  if (follower.states[row] !== CHANGED || follower.change(row, counter) !== "reset") return false;
  const { values, valuesView, v } = follower.now(row);
  return Number(counter.read(values, valuesView, v)) > -Number(follower.difference(row, counter));
}
