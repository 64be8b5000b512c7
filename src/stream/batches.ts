import { setImmediate } from "node:timers/promises";
import { COPY_BYTES, EventBatch } from "./event-batch.ts";
import type { EventSource } from "./event-source.ts";

/**
 * The events of a stream until `signal` is aborted. It is one batch, used again each time: what the loop around it
 * doesn't take before it asks for the next is gone. Nothing is read ahead, so memory doesn't grow when that takes long;
 * then the kernel has no room for new events, or overtakes the reader.
 *
 * `limit` tells how many events are wanted at most, each time before some are read; 0 ends the stream.
 */
export async function* eventBatches(
  source: EventSource,
  signal: AbortSignal | undefined,
  limit: () => number = () => Number.POSITIVE_INFINITY,
): AsyncGenerator<EventBatch, void, undefined> {
  const batch = new EventBatch(COPY_BYTES);
  while (signal?.aborted !== true) {
    const wanted = limit();
    if (wanted <= 0) return;
    if (source.read(batch, wanted) > 0) {
      yield batch;
      // Signals and timers have their turn, also while events come faster than they are handled.
      await setImmediate();
    } else await source.wait(signal);
  }
}
