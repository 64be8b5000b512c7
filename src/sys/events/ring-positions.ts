import type { StreamKernel, WritableMap } from "./kernel.ts";

/** The positions of a ring buffer's two ends. */
export interface RingPositions {
  /** Bytes consumed and produced so far. Both only grow, and wrap around at 64 bits. */
  readonly consumer: bigint;
  readonly producer: bigint;
  /** Length and flags of the record that the consumer takes next; 0 if there is none. */
  readonly header: number;
}

/** The number of attempts to read both positions while the consumer doesn't move. */
const MAX_TRIES = 16;

/**
 * Reads the positions of a ring buffer with `size` bytes of data from its pages (see RingMemory in src/stream for their
 * layout). The kernel maps them only through a writable descriptor; the pages are mapped for reading, and nothing is
 * written. Throws NO_PERMISSION or KERNEL if that isn't allowed.
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

/** Both positions at one moment, unless the consumer moves all the time. */
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
