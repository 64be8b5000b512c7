import { setImmediate, setTimeout } from "node:timers/promises";
import { COPY_BYTES, EventBatch } from "./event-batch.ts";
import type { EventSource } from "./event-source.ts";

/** Fewer events than this at once are not worth being woken for each. */
const FEW = 64;
const PAUSE_MS = 1;

/**
 * The events of a stream until `signal` is aborted. It is one batch, used again each time: what the loop around it
 * doesn't take before it asks for the next is gone. A loop that is left has not handled its last batch. Nothing is read
 * ahead, so memory doesn't grow when that takes long; then the kernel has no room for new events, or overtakes the
 * reader.
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
      const few = batch.count < FEW;
      yield batch;
      source.release();
      // Signals and timers have their turn, also while events come faster than they are handled. Where they come one by
      // one, a pause lets some gather: the kernel needn't tell of each, nor the reader be woken.
      await (few ? setTimeout(PAUSE_MS) : setImmediate());
    } else await source.wait(signal);
  }
}
