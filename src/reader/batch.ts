import { EBUSY, EDEADLK, EINTR, EINVAL, ENOENT, ENOSPC, ENOTSUPP, EOPNOTSUPP, ETIMEDOUT } from "../sys/errno.ts";
import type { BatchResult } from "../sys/kernel.ts";
import { kernelBuffer } from "../sys/kernel-buffer.ts";
import type { EntryBatch, EntrySource, ReadReport } from "./entries.ts";
import { BATCH_BYTES, batchCapacity, newReport, type ReadTarget } from "./read-target.ts";
import { RepeatedKeys } from "./repeated-keys.ts";
import { WalkSource } from "./walk.ts";

/** The most repetitions of one call after errnos that may pass. */
const MAX_RETRIES = 64;

/**
 * The most buckets that one call should pass: about 1.5 ms in the kernel, during which a kernel without preemption runs
 * nothing else on that CPU. A call ends when it has found as many entries as asked for, so it is asked for fewer where
 * they are far apart.
 */
const BUCKETS_PER_CALL = 1 << 20;

/** The most bytes of a pair of buffers that reading ahead makes a second one of. */
const MOST_AHEAD_BYTES = 4 * BATCH_BYTES;

/** Errnos of a first call without batch lookup for this map, or in this kernel (EINVAL, before 5.6). */
const NO_BATCH: readonly number[] = [ENOTSUPP, EOPNOTSUPP, EINVAL];

/** Errnos for a lock that somebody else holds. */
const BUSY: readonly number[] = [EBUSY, EDEADLK, ETIMEDOUT];

/**
 * Reads a map with BPF_MAP_LOOKUP_BATCH, and falls back to a key walk if the kernel has none for it.
 *
 * The kernel's protocol (include/uapi/linux/bpf.h and kernel/bpf/{hashtab,syscall}.c):
 * - `count` is set to the capacity before every call. The returned count is trusted up to the capacity, and not at all
 *   with EFAULT or without batch support.
 * - 0: `count` entries, and a cursor for the next call. A short count is not the end.
 * - ENOENT: the end, *with* `count` entries.
 * - ENOSPC: the next bucket has more entries than fit, and nothing was copied. The buffers double, the cursor stays.
 *   This ends at max_entries, since no bucket can hold more.
 * - EINTR (kernels before 2025, maps without buckets): the key at the cursor or behind it is gone. Entries are
 *   accepted. Without entries it may repeat for ever, so after some attempts a walk continues behind the last key.
 * - EBUSY, EDEADLK, ETIMEDOUT: a lock is held. The call is repeated, within bounds.
 *
 * One call over a hash of millions of nearly empty buckets takes tens of milliseconds. Its cursor is the number of
 * buckets passed, so the first call asks for a single entry, and the next ones for as many as BUCKETS_PER_CALL are
 * likely to hold. An empty map of that size is still passed in one call: there is nothing to stop at.
 *
 * Hash maps are read by whole buckets, so a key that is there during the whole read comes exactly once; entries
 * inserted behind the cursor are missed. The cursor of other maps is a key; if it is deleted, the read starts again.
 * Keys are recorded and not delivered twice, and the read gives up, incomplete, after four times as many entries as the
 * map can have. A trie may have to be read again: see RepeatedKeys.
 *
 * Where the caller awaits batches, the next call goes to another thread as soon as a batch is there, unless that was
 * the last one: two pairs of buffers alternate. What that call answers is judged when the batch is asked for, and calls
 * that follow from it, such as repetitions, are made at once. A read may be disposed of meanwhile: buffers and
 * descriptor then live on until the call is over, and its answer is dropped.
 */
export class BatchSource implements EntrySource {
  readonly report: ReadReport = newReport("batch");
  readonly #target: ReadTarget;
  readonly #repeated: RepeatedKeys | undefined;
  #result: BatchResult = { errno: 0, count: 0 };
  /** The number of entries that the buffers hold, and that the next call asks for. */
  #capacity: number;
  #count: number;
  #batch: EntryBatch;
  /** The buffers that the caller has while a call fills `#batch`. */
  #lent: EntryBatch | undefined;
  /** The call that is under way. */
  #ahead: Promise<Readonly<BatchResult>> | undefined;
  #cursorIn: Uint8Array;
  #cursorOut: Uint8Array;
  #first = true;
  #ended = false;
  #received = 0;
  #calls = 0;
  #walk: WalkSource | undefined;
  #firstKey: Uint8Array | undefined;
  #lastKey: Uint8Array | undefined;

  constructor(target: ReadTarget) {
    const { shape, maxEntries, keys, cpuCheck } = target;
    const isUnique = keys === "indexes" || keys === "buckets";
    cpuCheck?.expect(shape.cpus);
    this.#target = target;
    this.#repeated = isUnique ? undefined : new RepeatedKeys(target, this.report);
    this.#capacity = batchCapacity(shape.keySize, cpuCheck?.valueRoom ?? shape.valueStride, maxEntries);
    this.#count = this.#isVast() ? 1 : this.#capacity;
    this.#batch = this.#allocate();
    // A hash map's cursor is a u32 whatever the key; any other map's is a key.
    this.#cursorIn = kernelBuffer(Math.max(4, shape.keySize));
    this.#cursorOut = kernelBuffer(Math.max(4, shape.keySize));
  }

  next(): EntryBatch | undefined | Promise<EntryBatch | undefined> {
    const ahead = this.#ahead;
    if (ahead === undefined) return this.#next();
    // A caller that doesn't wait may have asked twice: an answer counts once.
    return ahead.then((answer) => (this.#ahead === ahead ? this.#next(answer) : this.next()));
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#walk?.[Symbol.dispose]();
    if (this.#ahead !== undefined) this.#target.memory?.abandon();
  }

  /** Returns the next batch; `answer` is that of the call that was under way. */
  #next(answer?: Readonly<BatchResult>): EntryBatch | undefined | Promise<EntryBatch | undefined> {
    this.#ahead = undefined;
    if (answer !== undefined) this.#result = { ...answer };
    let isAnswered = answer !== undefined;
    while (!this.#ended && this.#walk === undefined) {
      const batch = this.#read(isAnswered);
      isAnswered = false;
      if (batch.count > 0) this.#deliver(batch);
      if (this.#ended && this.report.complete) this.#endPass();
      if (batch.count > 0) return batch;
      // All of its keys had come before.
      if (this.#ahead !== undefined) return this.next();
    }
    return this.#walk?.next();
  }

  #allocate(): EntryBatch {
    const { shape, cpuCheck, memory } = this.#target;
    const keyBytes = this.#capacity * shape.keySize;
    const valueBytes = this.#capacity * shape.valueStride;
    // Until the number of CPUs is certain, the kernel may write more than that.
    const isCertain = cpuCheck === undefined || cpuCheck.cpus !== undefined;
    if (memory !== undefined && isCertain) {
      return { count: 0, ...memory.buffers(keyBytes, valueBytes), errnos: undefined };
    }
    const values = cpuCheck?.buffer(this.#capacity) ?? kernelBuffer(valueBytes);
    return { count: 0, keys: kernelBuffer(keyBytes), values, errnos: undefined };
  }

  /**
   * Reads one batch, repeating the call while the kernel asks for patience or room. The batch may be empty at the end.
   * `isAnswered`: the first call has been made.
   */
  #read(isAnswered: boolean): EntryBatch {
    for (let retries = 0; ; retries++) {
      if (!isAnswered || retries > 0) this.#call();
      const { errno } = this.#result;
      const count = Math.min(this.#result.count, this.#count);
      if (count > 0 && (errno === 0 || errno === EINTR)) return this.#goOn(count);
      if (errno === ENOENT) return this.#endAt(count);
      if (this.#first && NO_BATCH.includes(errno)) return this.#fallBack();
      if (errno === ENOSPC && this.#grow()) continue;
      const patient = errno === 0 || errno === EINTR || BUSY.includes(errno);
      if (patient && retries < MAX_RETRIES) {
        this.report.retries += 1;
        continue;
      }
      if (errno === EINTR || errno === ENOSPC) return this.#fallBack();
      return this.#fail(errno);
    }
  }

  #call(): void {
    const { kernel, fd, cpuCheck } = this.#target;
    const { keys, values } = this.#batch;
    const buffers = { keys, values, cursorIn: this.#cursorIn, cursorOut: this.#cursorOut };
    cpuCheck?.prepare(values);
    this.#calls += 1;
    kernel.lookupBatch(fd, buffers, this.#count, this.#first, this.#result);
  }

  /** Starts the next call on another thread, into other buffers than the caller gets now. */
  #callAhead(): void {
    const { kernel, fd, shape } = this.#target;
    const { keySize, valueStride } = shape;
    if (this.#ended || this.#capacity * (keySize + valueStride) > MOST_AHEAD_BYTES) return;
    const isRoomy =
      (this.#lent?.keys.length ?? 0) >= this.#capacity * keySize &&
      (this.#lent?.values.length ?? 0) >= this.#capacity * valueStride;
    [this.#batch, this.#lent] = [isRoomy && this.#lent !== undefined ? this.#lent : this.#allocate(), this.#batch];
    const { keys, values } = this.#batch;
    const buffers = { keys, values, cursorIn: this.#cursorIn, cursorOut: this.#cursorOut };
    this.#ahead = kernel.lookupBatchAhead(fd, buffers, this.#count);
    if (this.#ahead !== undefined) this.#calls += 1;
  }

  /** Accepts `count` entries, after which the next call continues. */
  #goOn(count: number): EntryBatch {
    this.#batch.count = count;
    this.#first = false;
    [this.#cursorIn, this.#cursorOut] = [this.#cursorOut, this.#cursorIn];
    return this.#batch;
  }

  /** Accepts `count` entries as the last ones of the map. */
  #endAt(count: number): EntryBatch {
    this.#batch.count = count;
    this.#ended = true;
    this.report.complete = true;
    return this.#batch;
  }

  #fail(errno: number): EntryBatch {
    this.#batch.count = 0;
    this.#ended = true;
    this.report.errno = errno;
    this.report.stop = { why: "errno", call: "batch", number: this.#calls };
    return this.#batch;
  }

  /** Starts a walk behind the last key delivered. */
  #fallBack(): EntryBatch {
    this.#walk = new WalkSource(this.#target, {
      report: this.report,
      firstKey: this.#firstKey,
      lastKey: this.#lastKey,
      repeated: this.#repeated,
    });
    this.#batch.count = 0;
    return this.#batch;
  }

  /** Ends the read, or starts it again at the first key. */
  #endPass(): void {
    const next = this.#repeated?.endPass() ?? "complete";
    if (next === "complete") return;
    this.report.complete = false;
    if (next !== "again") {
      this.report.stop = { why: next };
      return;
    }
    this.#ended = false;
    this.#first = true;
    this.#received = 0;
  }

  /** Doubles the number of entries to ask for, and the buffers if need be; false if it is max_entries already. */
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

  /** Tells whether the map has so many buckets that one call might pass too many. */
  #isVast(): boolean {
    return this.#target.keys === "buckets" && this.#target.maxEntries > BUCKETS_PER_CALL;
  }

  /** Adjusts the number of entries to ask for to the density of the buckets so far. */
  #adjustCount(): void {
    const passed = new DataView(this.#cursorIn.buffer).getUint32(0, true);
    const likely = Math.floor((this.#received / Math.max(1, passed)) * BUCKETS_PER_CALL);
    this.#count = Math.max(1, Math.min(this.#capacity, likely));
  }

  #deliver(batch: EntryBatch): void {
    const { shape, cpuCheck } = this.#target;
    const { keySize, valueStride } = shape;
    cpuCheck?.count(batch.values, batch.count);
    cpuCheck?.expect(shape.cpus);
    this.#received += batch.count;
    if (this.#isVast()) this.#adjustCount();
    if (this.#target.ahead === true) this.#callAhead();
    this.#firstKey ??= batch.keys.slice(0, keySize);
    this.#lastKey ??= new Uint8Array(keySize);
    this.#lastKey.set(batch.keys.subarray((batch.count - 1) * keySize, batch.count * keySize));
    if (this.#repeated !== undefined) this.#dropRepeated(batch, this.#repeated);
    this.report.entries += batch.count;
    this.report.bytes += batch.count * (keySize + valueStride);
  }

  #dropRepeated(batch: EntryBatch, repeated: RepeatedKeys): void {
    const { shape, maxEntries } = this.#target;
    const { keySize, valueStride } = shape;
    let kept = 0;
    for (let i = 0; i < batch.count; i++) {
      if (!repeated.isNew(batch.keys, i * keySize)) continue;
      if (kept !== i) {
        batch.keys.copyWithin(kept * keySize, i * keySize, (i + 1) * keySize);
        batch.values.copyWithin(kept * valueStride, i * valueStride, (i + 1) * valueStride);
      }
      kept += 1;
    }
    repeated.look();
    batch.count = kept;
    if (this.#received > 4 * maxEntries + 64 && !this.#ended) {
      this.#ended = true;
      this.report.stop = { why: "changing" };
    }
  }
}
