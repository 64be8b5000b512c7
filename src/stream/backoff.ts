const FIRST_MS = 10;

/** The time to sleep: briefly after events, and twice as long each time that there was none, up to a limit. */
export class Backoff {
  readonly #limitMs: number;
  #nextMs: number;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.#nextMs = Math.min(FIRST_MS, limitMs);
  }

  /** There were events. */
  reset(): void {
    this.#nextMs = Math.min(FIRST_MS, this.#limitMs);
  }

  /** The time for the next sleep. */
  next(): number {
    const ms = this.#nextMs;
    this.#nextMs = Math.min(2 * ms, this.#limitMs);
    return ms;
  }
}
