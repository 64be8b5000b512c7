import { EBUSY, EDEADLK, EINTR, EINVAL, ENOENT, ENOSPC, ENOTSUPP, EOPNOTSUPP, ETIMEDOUT } from "../sys/errno.ts";
import type { BatchResult } from "../sys/kernel.ts";
import type { EntryBatch, EntrySource, ReadReport } from "./entries.ts";
import { KeySet } from "./key-set.ts";
import { comesBefore } from "./trie-order.ts";
import { TriePasses } from "./trie-passes.ts";
import { batchCapacity, kernelBuffer, newReport, type ReadTarget, WalkSource } from "./walk.ts";

/** How often one call is repeated for an errno that may pass. */
const MAX_RETRIES = 64;

/**
 * Buckets that one call should pass at the most: about 1.5 ms of the kernel's time, in which it lets nothing else run on
 * that CPU if it isn't preemptible. A call ends when it has found what it was asked for, so it is asked for less where
 * entries are far apart.
 */
const BUCKETS_PER_CALL = 1 << 20;

/** Errnos of a first call that mean: no batch lookup for this map, or in this kernel (EINVAL, before 5.6). */
const NO_BATCH: readonly number[] = [ENOTSUPP, EOPNOTSUPP, EINVAL];

/** A lock is held by someone else. */
const BUSY: readonly number[] = [EBUSY, EDEADLK, ETIMEDOUT];

/**
 * Reads a map with BPF_MAP_LOOKUP_BATCH, and goes over to a key walk where the kernel has none for it.
 *
 * The protocol, as the kernel keeps it (include/uapi/linux/bpf.h and kernel/bpf/{hashtab,syscall}.c):
 * - `count` is set to the capacity before every call. What comes back in it is trusted up to the capacity, and not at
 *   all with EFAULT or where batch isn't offered.
 * - 0: `count` entries and a cursor to go on from. A short count is not the end.
 * - ENOENT: the end, *with* `count` entries.
 * - ENOSPC: the next bucket has more entries than fit; nothing was copied. The buffers double, the cursor stays. Ends
 *   at max_entries, since no bucket can hold more.
 * - EINTR (kernels before 2025, maps without buckets): the key at the cursor or behind it is gone. With entries they
 *   are taken; without, it may last for ever, so after a while a walk goes on behind the last key.
 * - EBUSY, EDEADLK, ETIMEDOUT: a lock is held. Repeated, within bounds.
 *
 * One call over a hash of millions of nearly empty buckets takes tens of milliseconds. Its cursor is the number of
 * buckets passed, so the first call asks for a single entry, and the next ones for as many as BUCKETS_PER_CALL are
 * likely to hold. An empty map of that size is still passed in one call: there is nothing to stop at.
 *
 * Hash maps are read by whole buckets, so a key that is there during the whole read comes exactly once; what is inserted
 * behind the cursor is missed. A trie has no buckets: its cursor is a key, and where that is deleted it begins again.
 * Its keys are remembered, and what comes again is not delivered twice; the read gives up, incomplete, after four times
 * as many entries as the map can have. And it may have to be read again, see TriePasses.
 */
export class BatchSource implements EntrySource {
  readonly report: ReadReport = newReport("batch");
  readonly #target: ReadTarget;
  readonly #seen: KeySet | undefined;
  readonly #result: BatchResult = { errno: 0, count: 0 };
  /** Entries that the buffers hold, and how many of them the next call asks for. */
  #capacity: number;
  #count: number;
  #batch: EntryBatch;
  #cursorIn: Uint8Array;
  #cursorOut: Uint8Array;
  #first = true;
  #ended = false;
  readonly #passes: TriePasses | undefined;
  #received = 0;
  #walk: WalkSource | undefined;
  #firstKey: Uint8Array | undefined;
  #lastKey: Uint8Array | undefined;

  constructor(target: ReadTarget) {
    const { shape, maxEntries, trie } = target;
    this.#target = target;
    this.#seen = trie ? new KeySet(shape.keySize, comesBefore) : undefined;
    this.#passes = trie ? new TriePasses(target) : undefined;
    this.#capacity = batchCapacity(shape, maxEntries);
    this.#count = this.#isVast() ? 1 : this.#capacity;
    this.#batch = this.#allocate();
    // A hash map's cursor is a u32 whatever the key; any other map's is a key.
    this.#cursorIn = kernelBuffer(Math.max(4, shape.keySize));
    this.#cursorOut = kernelBuffer(Math.max(4, shape.keySize));
  }

  next(): EntryBatch | undefined {
    while (!this.#ended && this.#walk === undefined) {
      const batch = this.#read();
      if (batch.count > 0) this.#delivered(batch);
      if (this.#ended && this.report.complete && this.#passes?.again()) this.#restart();
      if (batch.count > 0) return batch;
    }
    return this.#walk?.next();
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#walk?.[Symbol.dispose]();
  }

  #allocate(): EntryBatch {
    const { keySize, valueStride } = this.#target.shape;
    const keys = kernelBuffer(this.#capacity * keySize);
    return { count: 0, keys, values: kernelBuffer(this.#capacity * valueStride), errnos: undefined };
  }

  /** One batch, repeated for as long as the kernel asks for patience or for room. May be empty at the end. */
  #read(): EntryBatch {
    const { kernel, fd } = this.#target;
    for (let retries = 0; ; retries++) {
      const { keys, values } = this.#batch;
      const buffers = { keys, values, cursorIn: this.#cursorIn, cursorOut: this.#cursorOut };
      kernel.lookupBatch(fd, buffers, this.#count, this.#first, this.#result);
      const { errno } = this.#result;
      const count = Math.min(this.#result.count, this.#count);
      if (errno === 0 && count > 0) return this.#taken(count, false);
      if (errno === ENOENT) return this.#taken(count, true);
      if (errno === EINTR && count > 0) return this.#taken(count, false);
      if (this.#first && NO_BATCH.includes(errno)) return this.#fallBack();
      if (errno === ENOSPC && this.#grow()) continue;
      const patient = errno === 0 || errno === EINTR || BUSY.includes(errno);
      if (patient && retries < MAX_RETRIES) {
        this.report.retries += 1;
        continue;
      }
      if (errno === EINTR || errno === ENOSPC) return this.#fallBack();
      this.report.errno = errno;
      return this.#taken(0, true);
    }
  }

  #taken(count: number, end: boolean): EntryBatch {
    this.#batch.count = count;
    if (end) {
      this.#ended = true;
      this.report.complete = this.report.errno === 0;
      return this.#batch;
    }
    this.#first = false;
    [this.#cursorIn, this.#cursorOut] = [this.#cursorOut, this.#cursorIn];
    return this.#batch;
  }

  /** From the first key again. */
  #restart(): void {
    this.#ended = false;
    this.#first = true;
    this.#received = 0;
    this.report.complete = false;
  }

  /** Asks for twice as much, with larger buffers if need be; false where that is all that the map may have. */
  #grow(): boolean {
    if (this.#count >= this.#target.maxEntries) return false;
    this.#count = Math.min(this.#count * 2, this.#target.maxEntries);
    if (this.#count > this.#capacity) {
      this.#capacity = this.#count;
      this.#batch = this.#allocate();
    }
    this.report.retries += 1;
    return true;
  }

  /** So many buckets that one call might pass too many of them. */
  #isVast(): boolean {
    return this.#target.bucketed && this.#target.maxEntries > BUCKETS_PER_CALL;
  }

  /** How many entries the next call asks for, by how many the buckets so far had. */
  #adjustCount(): void {
    const passed = new DataView(this.#cursorIn.buffer).getUint32(0, true);
    const likely = Math.floor((this.#received / Math.max(1, passed)) * BUCKETS_PER_CALL);
    this.#count = Math.max(1, Math.min(this.#capacity, likely));
  }

  /** A walk that goes on behind the last key delivered. */
  #fallBack(): EntryBatch {
    const { report } = this;
    this.#walk = new WalkSource(this.#target, {
      report,
      firstKey: this.#firstKey,
      lastKey: this.#lastKey,
      seen: this.#seen,
    });
    return this.#taken(0, false);
  }

  #delivered(batch: EntryBatch): void {
    const { keySize, valueStride } = this.#target.shape;
    this.#received += batch.count;
    if (this.#isVast()) this.#adjustCount();
    this.#firstKey ??= batch.keys.slice(0, keySize);
    this.#lastKey = batch.keys.slice((batch.count - 1) * keySize, batch.count * keySize);
    if (this.#seen !== undefined) this.#dropDuplicates(batch, this.#seen);
    this.report.entries += batch.count;
    this.report.bytes += batch.count * (keySize + valueStride);
  }

  #dropDuplicates(batch: EntryBatch, seen: KeySet): void {
    const { keySize, valueStride } = this.#target.shape;
    let kept = 0;
    for (let i = 0; i < batch.count; i++) {
      if (!seen.add(batch.keys, i * keySize)) continue;
      if (kept !== i) {
        batch.keys.copyWithin(kept * keySize, i * keySize, (i + 1) * keySize);
        batch.values.copyWithin(kept * valueStride, i * valueStride, (i + 1) * valueStride);
      }
      kept += 1;
    }
    if (this.#passes?.isFirst) {
      if (kept < batch.count) this.report.restarts += 1;
      this.report.duplicates += batch.count - kept;
    }
    if (kept < batch.count) this.#passes?.foundAgain();
    this.#passes?.found(kept);
    this.#passes?.look();
    batch.count = kept;
    if (this.#received > 4 * this.#target.maxEntries + 64 && !this.#ended) {
      this.#ended = true;
      this.report.complete = false;
    }
  }
}
