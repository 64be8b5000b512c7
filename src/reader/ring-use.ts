import { roundUp8 } from "../bytes.ts";
import { EbpfMapError } from "../errors.ts";
import { BUSY_BIT, DISCARD_BIT, HEADER_SIZE } from "../sys/events/ring-header.ts";
import type { RingPositions } from "../sys/events/ring-positions.ts";

/** How much of a ring buffer is in use. */
export interface RingUse {
  /** Bytes of data that the ring has. */
  readonly size: number;
  /** Bytes that the producer has written and nobody has consumed, headers included. */
  readonly pending: number;
  /** `pending` as a share of `size`, 0 to 1. */
  readonly ratio: number;
  /** There is no room for another record as long as the oldest one, so the producer drops what it has to say. */
  readonly isFull: boolean;
  /** Bytes that were ever consumed. 0n with bytes pending: so far there is no consumer. */
  readonly consumed: bigint;
}

/** What the positions of a ring with `size` bytes say. Throws KERNEL for positions that no ring can have. */
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

/** How full a ring is, in words: `ring 100 % full`. What isn't quite full doesn't read 100 %. */
export function ringText({ ratio, isFull }: RingUse): string {
  return `ring ${isFull ? 100 : Math.min(99, Math.floor(ratio * 100))} % full`;
}
