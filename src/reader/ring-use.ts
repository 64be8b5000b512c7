import { roundUp8 } from "../bytes.ts";
import { EbpfMapError } from "../errors.ts";
import { BUSY_BIT, DISCARD_BIT, HEADER_SIZE } from "../sys/events/ring-header.ts";
import type { RingPositions } from "../sys/events/ring-positions.ts";

/** The use of a ring buffer. */
export interface RingUse {
  /** The bytes of data that the ring can hold. */
  readonly size: number;
  /** The bytes that are produced and not consumed, headers included. */
  readonly pending: number;
  /** `pending` as a share of `size`, 0 to 1. */
  readonly ratio: number;
  /** Another record as long as the oldest one doesn't fit, so the producer drops records. */
  readonly isFull: boolean;
  /** The bytes consumed so far. If it is 0n while bytes are pending, nothing has ever been consumed. */
  readonly consumed: bigint;
}

/**
 * Computes the use of a ring with `size` bytes from its positions. Throws KERNEL for positions that no ring can have.
 */
export function ringUse({ consumer, producer, header }: RingPositions, size: number, label: string): RingUse {
  const pending = Number(BigInt.asUintN(64, producer - consumer));
  if (pending > size) {
    const message = `read the positions of ${label}: ${pending} bytes are pending in a ring of ${size} (its pages were written over)`;
    throw new EbpfMapError("KERNEL", message, { pending, size });
  }
  const record = roundUp8(HEADER_SIZE + ((header & ~(BUSY_BIT | DISCARD_BIT)) >>> 0));
  // A record is reserved only if at least one byte stays free (__bpf_ringbuf_reserve in kernel/bpf/ringbuf.c).
  const isFull = pending > 0 && pending + record >= size;
  return { size, pending, ratio: pending / size, isFull, consumed: consumer };
}

/** Returns the use in words: `ring 100 % full`. A ring that isn't quite full is never at 100 %. */
export function ringText({ ratio, isFull }: RingUse): string {
  return `ring ${isFull ? 100 : Math.min(99, Math.floor(ratio * 100))} % full`;
}
