/** The moment of a read. */
export interface Stamp {
  /** Whole milliseconds of a clock that never goes back: rates are made of differences of these. */
  readonly at: number;
  /** The time of day that is printed. */
  readonly time: Date;
}

/** A clock of the day that is further off than this is followed. */
const MOST_DRIFT_MS = 1000;

/**
 * Stamps of reads. Two printed times differ by what the two moments differ by, to the millisecond, so that a rate is what
 * one gets by dividing by hand; unless the clock of the day was set meanwhile, which no rate should show.
 */
export class Stamps {
  readonly #clock: () => number;
  readonly #now: () => Date;
  #offset: number | undefined;

  constructor(clock: () => number, now: () => Date) {
    this.#clock = clock;
    this.#now = now;
  }

  /** Stamps this moment. */
  next(): Stamp {
    const at = Math.round(this.#clock());
    const offset = this.#now().getTime() - at;
    const isOff = this.#offset === undefined || Math.abs(offset - this.#offset) > MOST_DRIFT_MS;
    if (isOff) this.#offset = offset;
    return { at, time: new Date(at + (this.#offset ?? offset)) };
  }
}
