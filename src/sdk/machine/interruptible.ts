import type { EntryBatch, EntrySource, ReadReport } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { mapView } from "../../reader/views/map-view.ts";

/** The longest time without a turn of the event loop. */
const TURN_MS = 20;

/** The error of a read that was stopped on request. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
    this.name = "Interrupted";
  }
}

/** Lets the event loop run now and then during long work. Throws where the work is to end. */
export interface TurnTaker {
  take(): Promise<void>;
}

/** Yields to the event loop from time to time during long work, so that signals and keys are handled. */
export class Turns implements TurnTaker {
  readonly #isStopped: () => boolean;
  readonly #clock: () => number;
  #next: number;

  constructor(isStopped: () => boolean, clock: () => number) {
    this.#isStopped = isStopped;
    this.#clock = clock;
    this.#next = clock() + TURN_MS;
  }

  /** Yields to the event loop if it has not turned for a while. Throws Interrupted on a request to stop. */
  async take(): Promise<void> {
    if (this.#clock() >= this.#next) {
      // A timer, since immediates run before signals and input are handled.
      await new Promise((resolve) => setTimeout(resolve, 0));
      this.#next = this.#clock() + TURN_MS;
    }
    if (this.#isStopped()) throw new Interrupted();
  }
}

/** Returns a view of a map whose reads yield to the event loop. It does not own the map. */
export function interruptibleMap(map: MapSource, turns: TurnTaker): MapSource {
  return mapView(map, { entries: (options) => new InterruptibleSource(map.entries(options), turns) }, "borrowed");
}

class InterruptibleSource implements EntrySource {
  readonly #source: EntrySource;
  readonly #turns: TurnTaker;

  constructor(source: EntrySource, turns: TurnTaker) {
    this.#source = source;
    this.#turns = turns;
  }

  get report(): ReadReport {
    return this.#source.report;
  }

  async next(): Promise<EntryBatch | undefined> {
    await this.#turns.take();
    return await this.#source.next();
  }

  [Symbol.dispose](): void {
    this.#source[Symbol.dispose]();
  }
}
