import type { EntryBatch, EntrySource, ReadReport } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { mapView } from "../../reader/map-view.ts";

/** The longest time in which a signal is not heard of. */
const TURN_MS = 20;

/** A read, or a row of reads, that was given up because somebody asked to stop. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
    this.name = "Interrupted";
  }
}

/** Lets the event loop turn now and then during long work, so that signals and keys are heard of. */
export class Turns {
  readonly #isStopped: () => boolean;
  readonly #clock: () => number;
  #next: number;

  constructor(isStopped: () => boolean, clock: () => number) {
    this.#isStopped = isStopped;
    this.#clock = clock;
    this.#next = clock() + TURN_MS;
  }

  /** Turns the event loop if it hasn't for a while. Throws Interrupted if somebody asked to stop. */
  async take(): Promise<void> {
    if (this.#clock() >= this.#next) {
      // A timer: immediates run before what has come is heard of.
      await new Promise((resolve) => setTimeout(resolve, 0));
      this.#next = this.#clock() + TURN_MS;
    }
    if (this.#isStopped()) throw new Interrupted();
  }
}

/** The map with reads that take turns. Somebody else disposes of the map. */
export function interruptibleMap(map: MapSource, turns: Turns): MapSource {
  return mapView(map, { entries: (options) => new InterruptibleSource(map.entries(options), turns) }, "borrowed");
}

class InterruptibleSource implements EntrySource {
  readonly #source: EntrySource;
  readonly #turns: Turns;

  constructor(source: EntrySource, turns: Turns) {
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
