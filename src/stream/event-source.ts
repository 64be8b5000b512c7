import type { EventBatch } from "./event-batch.ts";
import type { Backlog } from "./ring/backlog.ts";

/**
 * Counts of a stream's events so far, lost ones included. They are updated during the read and may be looked at at any
 * time.
 */
export interface StreamStats {
  /** Events read. */
  received: number;
  /** Bytes of the events read, without headers. */
  bytes: number;
  /** Events of which the kernel says that it had no room for them (perf event arrays). */
  lost: number;
  /** The times that the stream overtook a passive reader. */
  overrun: number;
  /** The bytes that the reader left out then, headers included. */
  overrunBytes: number;
  /** Damaged records or positions of a buffer; the number of events that were left out because of them isn't known. */
  malformed: number;
}

/** Nothing yet. */
export function newStats(): StreamStats {
  return { received: 0, bytes: 0, lost: 0, overrun: 0, overrunBytes: 0, malformed: 0 };
}

/** An open stream of events. Disposed of, it leaves nothing behind in the kernel. */
export interface EventSource extends Disposable {
  readonly stats: StreamStats;
  /**
   * Puts the next events into the batch, `limit` at most, without waiting. Returns how many; 0 if there is none now.
   * Releases those of the batch before.
   */
  read(batch: EventBatch, limit?: number): number;
  /**
   * The events of the last batch have been handled: only now are they taken away, where they are consumed. Who dies, or
   * closes the source, before that has not taken them, and the next consumer gets them.
   */
  release(): void;
  /** The events that wait in a ring buffer which is read without being consumed; undefined where that isn't known. */
  backlog?(): Backlog | undefined;
  /** Resolves when there may be events, or when `signal` is aborted. */
  wait(signal: AbortSignal | undefined): Promise<void>;
}
