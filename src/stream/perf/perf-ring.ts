import type { Pages } from "../../sys/events/kernel.ts";
import { MAX_RECORD_SIZE } from "./perf-records.ts";

/** Offsets in `struct perf_event_mmap_page` of the positions of the kernel and of the reader. */
const DATA_HEAD = 1024;
const DATA_TAIL = 1032;

/**
 * The ring of one perf event: a page with positions, then data that wrap around, mapped once. See RingMemory for why
 * positions are read by Atomics.
 */
export class PerfRing {
  readonly size: number;
  readonly #head: BigUint64Array;
  readonly #tail: BigUint64Array;
  readonly #data: Uint8Array;
  #position: bigint;

  constructor({ buffer }: Pick<Pages, "buffer">, pageSize: number) {
    this.#head = new BigUint64Array(buffer, DATA_HEAD, 1);
    this.#tail = new BigUint64Array(buffer, DATA_TAIL, 1);
    this.#data = new Uint8Array(buffer, pageSize);
    this.size = this.#data.length;
    this.#position = Atomics.load(this.#tail, 0);
  }

  /**
   * Copies what is there, in one piece and at most `limit` bytes, to `target[at]`; returns how many bytes. All records
   * in it are finished, but the last may be cut off by the limit.
   */
  copy(target: Uint8Array, at: number, limit: number): number {
    const pending = Number(BigInt.asUintN(64, Atomics.load(this.#head, 0) - this.#position));
    const length = Math.min(pending, limit, this.size);
    const start = Number(this.#position % BigInt(this.size));
    const first = Math.min(length, this.size - start);
    target.set(this.#data.subarray(start, start + first), at);
    target.set(this.#data.subarray(0, length - first), at + first);
    return length;
  }

  get isEmpty(): boolean {
    return Atomics.load(this.#head, 0) === this.#position;
  }

  /** Gives bytes back to the kernel. */
  advance(length: number): void {
    if (length === 0) return;
    this.#position = BigInt.asUintN(64, this.#position + BigInt(length));
    Atomics.store(this.#tail, 0, this.#position);
  }

  /** Gives everything back, after something that can't be a record. */
  skipAll(): void {
    this.#position = Atomics.load(this.#head, 0);
    Atomics.store(this.#tail, 0, this.#position);
  }
}

/** The bytes of a ring to look at in one round: every record fits. */
export function roundBytes(rings: number): number {
  return Math.max(MAX_RECORD_SIZE, Math.floor((512 * 1024) / Math.max(1, rings) / 8) * 8);
}
