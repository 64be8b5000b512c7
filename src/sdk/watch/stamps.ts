/** The moment of a read. */
export interface Stamp {
  /** Whole milliseconds of a monotonic clock. Rates are computed from differences of these. */
  readonly at: number;
  /** The wall-clock time that is printed. */
  readonly time: Date;
}

/** Gives each read its moment. */
export interface StampSource {
  next(): Stamp;
}

/** The deviation of the wall clock from which on printed times follow it again. */
const MOST_DRIFT_MS = 1000;

/**
 * Timestamps of reads. Two printed times differ by exactly the milliseconds that a rate is divided by, so that a reader
 * can check it by hand. A wall clock that is set meanwhile changes the printed time, but no rate.
 */
export class Stamps implements StampSource {
  readonly #clock: () => number;
  readonly #now: () => Date;
  #offset: number | undefined;

  constructor(clock: () => number, now: () => Date) {
    this.#clock = clock;
    this.#now = now;
  }

  /** Returns the stamp of this moment. */
  next(): Stamp {
    const at = Math.round(this.#clock());
    const offset = this.#now().getTime() - at;
    const isOff = this.#offset === undefined || Math.abs(offset - this.#offset) > MOST_DRIFT_MS;
    if (isOff) this.#offset = offset;
    return { at, time: new Date(at + (this.#offset ?? offset)) };
  }
}
