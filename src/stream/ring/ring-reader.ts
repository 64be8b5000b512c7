import { EbpfMapError } from "../../errors.ts";
import { HEADER_SIZE } from "../../sys/events/ring-header.ts";
import { BATCH_EVENTS, COPY_BYTES, type EventBatch } from "../event-batch.ts";
import { newStats, type StreamStats } from "../event-source.ts";
import { type Backlog, backlogOf } from "./backlog.ts";
import type { RingMemory } from "./ring-memory.ts";
import { listRecords, type Scan, scanRecords } from "./ring-records.ts";

/** Copies without an event, or overruns, before a read returns empty-handed: it never goes on for ever. */
const MAX_TRIES = 64;

const ALIGNMENT = BigInt(HEADER_SIZE);

/** A distance that is longer goes backwards. */
const HALF = 2 ** 63;

/** Options for reading a ring buffer. */
export interface RingReaderOptions {
  /** Take events away, as the consumer that the ring buffer is made for. Otherwise nothing is written. */
  readonly consume: boolean;
  /** The first event to read: the next to come, or the oldest that the consumer has not taken. */
  readonly from: "now" | "oldest";
}

/**
 * Reads the records of a ring buffer.
 *
 * A passive reader has a position of its own and never writes. What stands between the consumer and the producer is
 * safe from the producer; what the consumer has passed is overwritten sooner or later. The producer writes the header
 * of its next record before it moves its position, so what is read at position P is whole as long as, *after* reading,
 * `producer - P` is less than the size of the ring: equal means that a header may already be written over P. If it is
 * not less, the copy is thrown away, the overrun is counted, and reading goes on where the consumer stands, which is
 * the only place besides the producer's where a record is known to begin.
 *
 * A consumer reads what nobody else may take. If the position moves all the same, there is a second consumer; both
 * would give events back that the other still reads, so this one ends.
 */
export class RingReader {
  readonly stats: StreamStats = newStats();
  readonly #memory: RingMemory;
  readonly #consume: boolean;
  #position: bigint;
  /** The consumer position that this reader wrote last. */
  #consumed: bigint;

  constructor(memory: RingMemory, { consume, from }: RingReaderOptions) {
    this.#memory = memory;
    this.#consume = consume;
    this.#consumed = memory.consumerPosition();
    this.#position = this.#consumed;
    if (from === "now") {
      this.#position = memory.producerPosition();
    } else if (!this.#isWithin(this.#position)) {
      this.#position = memory.producerPosition();
      this.stats.malformed += 1;
    }
  }

  /** See {@link EventSource.read}. */
  read(batch: EventBatch, limit: number = BATCH_EVENTS): number {
    this.release();
    batch.count = 0;
    // Records that were all discarded give an empty batch, which doesn't mean that there are no more.
    const records = Math.min(limit, BATCH_EVENTS);
    for (let tries = 0; tries < MAX_TRIES && this.#copyRecords(batch, records); tries++) if (batch.count > 0) break;
    return batch.count;
  }

  /** See {@link EventSource.backlog}. */
  backlog(): Backlog | undefined {
    return this.#consume || !this.#isWithin(this.#memory.consumerPosition())
      ? undefined
      : backlogOf(this.#memory, this.#consumed);
  }

  /** See {@link EventSource.release}. Throws where somebody else has consumed events. */
  release(): void {
    if (!this.#consume || this.#position === this.#consumed) return;
    if (this.#memory.consumerPosition() !== this.#consumed) {
      throw new EbpfMapError(
        "KERNEL",
        "consume a ring buffer: another consumer takes events, too (a reader that doesn't consume leaves them to it)",
      );
    }
    this.#memory.consumeTo(this.#position);
    this.#consumed = this.#position;
  }

  /** Copies the next records into the batch; false if there is none now. */
  #copyRecords(batch: EventBatch, records: number): boolean {
    const memory = this.#memory;
    const pending = distance(this.#position, memory.producerPosition());
    if (pending >= memory.size) return this.#resynchronize();
    const offset = Number(this.#position % BigInt(memory.size));
    const scan = scanRecords((at) => memory.header(offset + at), pending, { bytes: COPY_BYTES, records });
    batch.reserve(Math.max(COPY_BYTES, scan.bytes));
    memory.copy(offset, scan.bytes, batch.bytes);
    if (!this.#isWithin(this.#position)) return this.#resynchronize();
    this.#take(batch, scan);
    if (scan.bytes > 0) return true;
    if (scan.end !== "malformed") return false;
    this.stats.malformed += 1;
    this.#position = memory.producerPosition();
    return true;
  }

  #take(batch: EventBatch, { bytes }: Scan): void {
    this.stats.bytes += listRecords(batch, bytes);
    this.stats.received += batch.count;
    this.#position = BigInt.asUintN(64, this.#position + BigInt(bytes));
  }

  /**
   * Goes on at the consumer's position, or at the producer's if that one can't be right: never further back, or events
   * would come again.
   */
  #resynchronize(): boolean {
    const consumer = this.#memory.consumerPosition();
    const isAhead = this.#isWithin(consumer) && distance(this.#position, consumer) < HALF;
    const target = isAhead ? consumer : this.#memory.producerPosition();
    const missed = distance(this.#position, target);
    this.#position = target;
    if (missed < HALF) {
      this.stats.overrun += 1;
      this.stats.overrunBytes += missed;
    } else this.stats.malformed += 1;
    return true;
  }

  /** A record can begin there, and the producer has not come round to it. */
  #isWithin(position: bigint): boolean {
    return position % ALIGNMENT === 0n && distance(position, this.#memory.producerPosition()) < this.#memory.size;
  }
}

/** From one position forward to another; positions are 64 bits and wrap around. Exact where it matters: below 2^53. */
function distance(from: bigint, to: bigint): number {
  return Number(BigInt.asUintN(64, to - from));
}
