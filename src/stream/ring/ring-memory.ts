const fence = new Int32Array(1);

/**
 * The pages of a ring buffer:
 *
 *     | consumer position | producer position | data | the same data again |
 *
 * The data stand there twice, so that a record which wraps around can be read in one piece.
 *
 * Positions and headers are read by Atomics, so that what a header promises is there when the data behind it are read.
 * The language guarantees that for shared memory only, and these pages can't be a SharedArrayBuffer; but V8 compiles
 * Atomics on an ordinary ArrayBuffer to the same instructions (plain loads on x86-64, which keeps loads in order;
 * acquiring loads on arm64) and moves no other access across them.
 */
export class RingMemory {
  /** Bytes of data: a power of two. */
  readonly size: number;
  readonly #consumer: BigUint64Array;
  readonly #producer: BigUint64Array;
  readonly #data: Uint8Array;
  readonly #words: Int32Array;

  /** `consumerPage` holds the first page, `rest` all others. */
  constructor(consumerPage: ArrayBuffer, rest: ArrayBuffer, pageSize: number, size: number) {
    this.size = size;
    this.#consumer = new BigUint64Array(consumerPage, 0, 1);
    this.#producer = new BigUint64Array(rest, 0, 1);
    this.#data = new Uint8Array(rest, pageSize, 2 * size);
    this.#words = new Int32Array(rest, pageSize, size / 2);
  }

  consumerPosition(): bigint {
    return Atomics.load(this.#consumer, 0);
  }

  /** A record begins there or will, so it is a multiple of 8; whatever else stands there is rounded down. */
  producerPosition(): bigint {
    return Atomics.load(this.#producer, 0) & -8n;
  }

  /** Gives everything before `position` back to the producer. The consumer's page must be writable. */
  consumeTo(position: bigint): void {
    Atomics.store(this.#consumer, 0, position);
  }

  /** The length and flags at an offset in the data, a multiple of 8 below twice the size. */
  header(offset: number): number {
    return Atomics.load(this.#words, offset / 4) >>> 0;
  }

  /** Copies `length` bytes from an offset below the size; at most as many as the size. */
  copy(offset: number, length: number, target: Uint8Array): void {
    target.set(this.#data.subarray(offset, offset + length));
    // What is read behind this line is not read before the copy: a loop of load and store-release, or a locked add.
    Atomics.add(fence, 0, 1);
  }
}
