import type { EventBatch } from "../../src/stream/event-batch.ts";
import { type EventSource, newStats } from "../../src/stream/event-source.ts";

/** A source that has these events, some at a time, and then waits until it is told to end. */
export class ListSource implements EventSource {
  readonly stats = newStats();
  closed = false;
  reads = 0;
  released = 0;
  readonly #events: Buffer[];
  readonly #atOnce: number;
  /** Bytes between events. */
  readonly #gap: number;

  constructor(events: string[], atOnce = 2, gap = 0) {
    this.#events = events.map((hex) => Buffer.from(hex, "hex"));
    this.#atOnce = atOnce;
    this.#gap = gap;
  }

  read(batch: EventBatch): number {
    this.reads += 1;
    batch.count = 0;
    let at = 0;
    for (const event of this.#events.splice(0, this.#atOnce)) {
      batch.bytes.set(event, at);
      batch.at[batch.count] = at;
      batch.length[batch.count] = event.length;
      batch.cpu[batch.count] = 3;
      batch.time[batch.count] = 77n;
      batch.count += 1;
      at += event.length + this.#gap;
      this.stats.received += 1;
    }
    return batch.count;
  }

  release(): void {
    this.released += 1;
  }

  wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => signal?.addEventListener("abort", () => resolve()));
  }

  [Symbol.dispose](): void {
    this.closed = true;
  }
}
