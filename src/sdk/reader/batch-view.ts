import { viewOf } from "../../bytes.ts";
import { EbpfMapError } from "../../errors.ts";
import type { EntryBatch, EntryShape } from "../../reader/entries.ts";
import type { EntryCodec } from "./entry-codec.ts";

/**
 * A batch of entries as the kernel wrote it, without copying. Entry i has its key at `keys[i * keySize]` and its value
 * at `values[i * valueStride]`; a per-CPU value has one slot for each CPU there, each `roundUp8(valueSize)` bytes. The
 * buffers are written over by the next batch: from then on everything here throws STALE_BATCH. Arrays and views that
 * were taken out before can't throw; they show the next batch.
 */
export class BatchView<K, V> {
  /** Entries in this batch. */
  readonly count: number;
  /** Bytes of a key. */
  readonly keySize: number;
  /** Bytes of a value, of one CPU on a per-CPU map. */
  readonly valueSize: number;
  /** Bytes from one value to the next: on a per-CPU map those of all CPUs, each rounded up to 8. */
  readonly valueStride: number;
  #batch: EntryBatch | undefined;
  readonly #codec: EntryCodec;

  /** @internal */
  constructor(batch: EntryBatch, { keySize, valueSize, valueStride }: EntryShape, codec: EntryCodec) {
    this.count = batch.count;
    this.keySize = keySize;
    this.valueSize = valueSize;
    this.valueStride = valueStride;
    this.#batch = batch;
    this.#codec = codec;
  }

  /** The keys, one behind the other: `count * keySize` bytes. Throws STALE_BATCH. */
  get keys(): Uint8Array {
    return this.#live().keys.subarray(0, this.count * this.keySize);
  }

  /** The values, one behind the other: `count * valueStride` bytes. Throws STALE_BATCH. */
  get values(): Uint8Array {
    return this.#live().values.subarray(0, this.count * this.valueStride);
  }

  /** A view of `keys`. Numbers in it are little-endian. Throws STALE_BATCH. */
  get keyView(): DataView {
    return viewOf(this.keys);
  }

  /** A view of `values`. Numbers in it are little-endian. Throws STALE_BATCH. */
  get valueView(): DataView {
    return viewOf(this.values);
  }

  /**
   * Returns the errno with which the value of entry `i` couldn't be read, whose bytes mean nothing then; 0 if it could.
   * Throws USAGE for an `i` that isn't from 0 to `count - 1`, and STALE_BATCH.
   */
  errno(i: number): number {
    const index = this.#index(i);
    return this.#live().errnos?.[index] ?? 0;
  }

  /**
   * Decodes the key of entry `i`, unchecked by any schema. Throws USAGE for a wrong `i`, STALE_BATCH, and VALUE_RANGE.
   */
  key(i: number): K {
    return this.#codec.key(this.#live(), this.#index(i)) as K;
  }

  /** Decodes the value of entry `i`, unchecked by any schema. Throws what `key` throws. */
  value(i: number): V {
    return this.#codec.value(this.#live(), this.#index(i)) as V;
  }

  /**
   * The buffers are about to be written over, or to be given back.
   *
   * @internal
   */
  static expire(view: BatchView<unknown, unknown>): void {
    view.#batch = undefined;
  }

  #live(): EntryBatch {
    if (this.#batch !== undefined) return this.#batch;
    throw new EbpfMapError(
      "STALE_BATCH",
      "use a batch: the next one has been read into its buffers, or the read has ended",
    );
  }

  #index(i: number): number {
    if (Number.isInteger(i) && i >= 0 && i < this.count) return i;
    throw new EbpfMapError("USAGE", `take entry ${i} of a batch: it has ${this.count}`, { count: this.count });
  }
}
