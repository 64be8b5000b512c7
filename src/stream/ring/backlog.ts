import { type RingUse, ringText, ringUse } from "../../reader/ring-use.ts";
import type { RingMemory } from "./ring-memory.ts";
import { countRecords } from "./ring-records.ts";

/** The records in a ring buffer that nobody has consumed. */
export interface Backlog extends RingUse {
  /** Their number, without those that were discarded. */
  readonly events: number;
  /** The consumer has moved since the ring was opened, so that there is one. */
  readonly isConsumed: boolean;
}

/**
 * Measures what waits in a ring now. `since`: where the consumer stood when the ring was opened. Throws as
 * {@link ringUse}.
 */
export function backlogOf(memory: RingMemory, since: bigint): Backlog {
  const consumer = memory.consumerPosition();
  const producer = memory.producerPosition();
  const offset = Number(BigInt.asUintN(64, consumer) % BigInt(memory.size)) & -8;
  const header = consumer === producer ? 0 : memory.header(offset);
  const use = ringUse({ consumer, producer, header }, memory.size, "the ring buffer");
  const events = countRecords((at) => memory.header(offset + at), use.pending);
  return { ...use, events, isConsumed: consumer !== since };
}

/** Tells in words what a full ring means for its producer; undefined for one that isn't full. */
export function backlogText(backlog: Backlog): string | undefined {
  if (!backlog.isFull) return undefined;
  const events = backlog.events === 1 ? "1 event" : `${backlog.events.toLocaleString("en")} events`;
  const consumer = backlog.isConsumed ? "" : ", no consumer";
  return `${ringText(backlog)}, ${events} pending${consumer}: the producer is dropping`;
}
