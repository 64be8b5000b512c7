/** Looks up who uses each map as of now, by the map's id. */
export type FindOwnerNames = () => Promise<(id: number) => string>;

/** The least time between two look-ups, and how many times as long as one took there is none, in milliseconds. */
const LEAST_PAUSE_MS = 10_000;
const PAUSE_FACTOR = 200;

/** Names of maps' owners. Looking them up reads all of /proc, so they may be a little old. */
export class OwnerNames {
  readonly #find: FindOwnerNames;
  readonly #clock: () => number;
  #nameOf: (id: number) => string = () => "";
  #due = Number.NEGATIVE_INFINITY;

  /** `clock` is a monotonic one, in milliseconds. */
  constructor(find: FindOwnerNames, clock: () => number) {
    this.#find = find;
    this.#clock = clock;
  }

  /** Looks them up again if it is time to. */
  async refresh(): Promise<void> {
    const start = this.#clock();
    if (start < this.#due) return;
    this.#nameOf = await this.#find();
    const end = this.#clock();
    this.#due = end + Math.max(LEAST_PAUSE_MS, (end - start) * PAUSE_FACTOR);
  }

  /** The owner's name; "" where none is known. */
  of(id: number): string {
    return this.#nameOf(id);
  }
}
