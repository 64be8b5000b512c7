import type { EventBatch } from "./event-batch.ts";
import type { EventSource, StreamStats } from "./event-source.ts";

/**
 * The events that are in a ring buffer now: ends where there are no more, or when as many bytes have come as the ring
 * has, since a busy producer might go on for ever. `signal` is aborted then.
 */
export class PendingSource implements EventSource {
  readonly stats: StreamStats;
  readonly signal: AbortSignal;
  readonly #source: EventSource;
  readonly #ringSize: number;
  readonly #end = new AbortController();

  constructor(source: EventSource, ringSize: number) {
    this.stats = source.stats;
    this.signal = this.#end.signal;
    this.#source = source;
    this.#ringSize = ringSize;
  }

  read(batch: EventBatch, limit?: number): number {
    if (this.stats.bytes < this.#ringSize) return this.#source.read(batch, limit);
    batch.count = 0;
    return 0;
  }

  release(): void {
    this.#source.release();
  }

  async wait(): Promise<void> {
    this.#end.abort();
  }

  [Symbol.dispose](): void {
    this.#source[Symbol.dispose]();
  }
}
