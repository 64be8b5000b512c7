import { viewOf } from "../../bytes.ts";
import { ENOENT, ENOSPC } from "../../sys/errno.ts";
import type { BatchResult } from "../../sys/kernel.ts";
import { kernelBuffer } from "../../sys/kernel-buffer.ts";
import { BATCH_BYTES, BATCH_ENTRIES, type ReadTarget } from "../read-target.ts";

/** The entries in consecutive buckets of a hash. */
export interface BucketWindow {
  readonly entries: number;
  readonly buckets: number;
  /** The first bucket behind it. */
  readonly end: number;
  /**
   * The bucket at `end` has more entries than there was room for: the length of the window depends on what lies in it.
   * Otherwise the window reaches the end of the table.
   */
  readonly isCut: boolean;
}

/** One pair of buffers for all maps, since what is counted is not looked at. */
let keyRoom: Uint8Array | undefined;
let valueRoom: Uint8Array | undefined;

/**
 * Counts entries of a hash from any bucket on. The cursor of BPF_MAP_LOOKUP_BATCH is the number of the next bucket
 * (`__htab_map_lookup_and_delete_batch` in kernel/bpf/hashtab.c), so a read can start anywhere. Memory is one batch,
 * however many maps are counted.
 */
export class BucketWindows {
  readonly buckets: number;
  /** The most entries of a window. */
  readonly capacity: number;
  readonly #target: ReadTarget;
  readonly #keys: Uint8Array;
  readonly #values: Uint8Array;
  readonly #cursorIn = kernelBuffer(8);
  readonly #cursorOut = kernelBuffer(8);
  readonly #result: BatchResult = { errno: 0, count: 0 };

  constructor(target: ReadTarget) {
    const { shape, maxEntries, cpuCheck } = target;
    cpuCheck?.expect(shape.cpus);
    const valueBytes = cpuCheck?.valueRoom ?? shape.valueStride;
    const capacity = Math.floor(BATCH_BYTES / Math.max(1, shape.keySize + valueBytes));
    this.#target = target;
    this.buckets = bucketsFor(maxEntries);
    this.capacity = Math.max(1, Math.min(BATCH_ENTRIES, capacity));
    const [keyBytes, bytes] = [this.capacity * shape.keySize, this.capacity * valueBytes];
    if (keyRoom === undefined || keyRoom.length < keyBytes) keyRoom = kernelBuffer(Math.max(BATCH_BYTES, keyBytes));
    if (valueRoom === undefined || valueRoom.length < bytes) valueRoom = kernelBuffer(Math.max(BATCH_BYTES, bytes));
    this.#keys = keyRoom;
    this.#values = valueRoom;
  }

  /**
   * Reads whole buckets from `start` on, at most `most` entries. Undefined if the kernel gives no answer: it has no
   * batch lookup for this map, a lock is held, or a single bucket has more entries.
   */
  read(start: number, most: number = this.capacity): BucketWindow | undefined {
    const { kernel, fd, shape, cpuCheck } = this.#target;
    const count = Math.min(most, this.capacity);
    viewOf(this.#cursorIn).setUint32(0, start, true);
    cpuCheck?.prepare(this.#values);
    const buffers = { keys: this.#keys, values: this.#values, cursorIn: this.#cursorIn, cursorOut: this.#cursorOut };
    // An address of a cursor is given for bucket 0, too: it means the same as none.
    kernel.lookupBatch(fd, buffers, count, false, this.#result);
    const { errno } = this.#result;
    if (errno === ENOSPC && count < this.capacity) return this.read(start, count * 2);
    if (errno !== 0 && errno !== ENOENT) return undefined;
    const entries = Math.min(this.#result.count, count);
    cpuCheck?.count(this.#values, entries);
    cpuCheck?.expect(shape.cpus);
    const end = errno === ENOENT ? this.buckets : viewOf(this.#cursorOut).getUint32(0, true);
    if (end <= start || end > this.buckets) return undefined;
    return { entries, buckets: end - start, end, isCut: errno === 0 };
  }
}

/** Returns the number of buckets of a hash: `roundup_pow_of_two(max_entries)`. */
export function bucketsFor(maxEntries: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, maxEntries)));
}
