import type { StreamKernel, WritableMap } from "./kernel.ts";

/** Where the two ends of a ring buffer stand. */
export interface RingPositions {
  /** Bytes that were ever consumed, and ever produced: both only grow, and wrap around at 64 bits. */
  readonly consumer: bigint;
  readonly producer: bigint;
  /** Length and flags of the record that the consumer takes next; 0 where there is none. */
  readonly header: number;
}

/** How often the positions are read again because the consumer moved meanwhile. */
const MAX_TRIES = 16;

/**
 * Reads the positions of a ring buffer with `size` bytes of data from its pages (see RingMemory in src/stream for their
 * order). The kernel maps them only by a descriptor that may be written to; the pages are mapped for reading, and nothing is
 * written. Throws NO_PERMISSION or KERNEL where that isn't allowed.
 */
export function readRingPositions(kernel: StreamKernel, map: WritableMap, size: number): RingPositions {
  const { pageSize } = kernel;
  using fd = kernel.openWritable(map);
  using consumerPage = kernel.mapPages(fd, 0, pageSize, "read");
  using producerPage = kernel.mapPages(fd, pageSize, pageSize, "read");
  const { consumer, producer } = steadyPositions(
    new BigUint64Array(consumerPage.buffer, 0, 1),
    new BigUint64Array(producerPage.buffer, 0, 1),
  );
  if (consumer === producer) return { consumer, producer, header: 0 };
  const at = Number(BigInt.asUintN(64, consumer) % BigInt(size));
  using page = kernel.mapPages(fd, 2 * pageSize + at - (at % pageSize), pageSize, "read");
  return { consumer, producer, header: new DataView(page.buffer).getUint32((at % pageSize) & -8, true) };
}

/** Positions that stood there at the same time, if the consumer doesn't move all the time. */
function steadyPositions(
  consumerWord: BigUint64Array,
  producerWord: BigUint64Array,
): Pick<RingPositions, "consumer" | "producer"> {
  for (let tries = 1; ; tries++) {
    const consumer = Atomics.load(consumerWord, 0);
    const producer = Atomics.load(producerWord, 0);
    if (Atomics.load(consumerWord, 0) === consumer || tries === MAX_TRIES) return { consumer, producer };
  }
}
