import { ENOENT } from "../sys/errno.ts";
import { kernelBuffer } from "../sys/kernel-buffer.ts";
import type { EntryBatch, EntrySource, ReadReport } from "./entries.ts";
import { batchCapacity, newReport, type ReadTarget } from "./read-target.ts";
import { RepeatedKeys } from "./repeated-keys.ts";

/**
 * The most entries of a batch: a walk makes two system calls per entry, and blocks this thread until a batch is full.
 */
const WALK_ENTRIES = 1024;

/**
 * The batch read that a walk continues: its report, the first and last key that it delivered, and its record of keys.
 * Without a record, a restart ends the walk, since repeated keys would not be recognized.
 */
export interface EarlierRead {
  readonly report: ReadReport;
  readonly firstKey: Uint8Array | undefined;
  readonly lastKey: Uint8Array | undefined;
  readonly repeated: RepeatedKeys | undefined;
}

/**
 * Reads a map key by key: GET_NEXT_KEY and LOOKUP_ELEM, two system calls an entry.
 *
 * Failures and their handling:
 * - The current key is deleted: a hash or trie then answers with its *first* key. Repeated entries are recognized by
 *   their keys and not delivered twice. Entries inserted meanwhile may be missed.
 * - A trie may hide entries from a walk while others write to it, and may have to be walked again: see RepeatedKeys.
 * - Under churn a walk might never end: it gives up after four times as many steps as the map can have entries, with
 *   `complete` false.
 * - An entry vanishes between the two calls: it is delivered with ENOENT instead of its value, and counted as skipped.
 * - Only ENOENT from GET_NEXT_KEY is the end. Any other errno ends the walk with `report.errno`.
 *
 * If `report.complete`, each key that is in the map during the whole walk is delivered exactly once.
 */
export class WalkSource implements EntrySource {
  readonly report: ReadReport;
  readonly #target: ReadTarget;
  readonly #capacity: number;
  readonly #batch: EntryBatch;
  readonly #value: Uint8Array;
  #key: Uint8Array;
  #nextKey: Uint8Array;
  /** The first key of a batch read that this walk continues without knowing its other keys. */
  readonly #firstKey: Uint8Array | undefined;
  readonly #repeated: RepeatedKeys | undefined;
  #started = false;
  #ended = false;
  #steps = 0;
  readonly #maxSteps: number;
  #calls = 0;

  constructor(target: ReadTarget, earlier?: EarlierRead) {
    const { shape, maxEntries, cpuCheck } = target;
    const indexed = target.keys === "indexes";
    const { keySize, valueStride } = shape;
    this.report = earlier?.report ?? newReport("walk");
    this.report.mode = "walk";
    this.#target = target;
    this.#capacity = Math.min(WALK_ENTRIES, batchCapacity(keySize, valueStride, maxEntries));
    this.#batch = {
      count: 0,
      keys: kernelBuffer(this.#capacity * keySize),
      values: kernelBuffer(this.#capacity * valueStride),
      errnos: new Int32Array(this.#capacity),
    };
    cpuCheck?.expect(shape.cpus);
    this.#value = cpuCheck?.buffer(1) ?? kernelBuffer(valueStride);
    this.#key = kernelBuffer(keySize);
    this.#nextKey = kernelBuffer(keySize);
    this.#maxSteps = indexed ? maxEntries + 1 : 4 * maxEntries + 64;
    if (earlier?.lastKey !== undefined) {
      this.#key.set(earlier.lastKey);
      this.#started = true;
      this.#repeated = earlier.repeated;
      if (!indexed && earlier.repeated === undefined) this.#firstKey = earlier.firstKey;
    } else if (!indexed) this.#repeated = earlier?.repeated ?? new RepeatedKeys(target, this.report);
  }

  next(): EntryBatch | undefined {
    const batch = this.#batch;
    batch.count = 0;
    while (batch.count < this.#capacity && !this.#ended) this.#step(batch);
    this.#repeated?.look();
    return batch.count > 0 ? batch : undefined;
  }

  [Symbol.dispose](): void {
    this.#ended = true;
  }

  #step(batch: EntryBatch): void {
    const { kernel, fd } = this.#target;
    this.#calls += 1;
    const errno = kernel.nextKey(fd, this.#started ? this.#key : null, this.#nextKey);
    if (errno === ENOENT) this.#endPass();
    else if (errno !== 0) {
      this.report.errno = errno;
      this.#end({ why: "errno", call: "next-key", number: this.#calls });
    } else if (this.#steps++ >= this.#maxSteps) this.#end({ why: "changing" });
    else this.#arriveAt(batch);
  }

  /** Moves to the next key and delivers its entry, unless it has been delivered. */
  #arriveAt(batch: EntryBatch): void {
    [this.#key, this.#nextKey] = [this.#nextKey, this.#key];
    this.#started = true;
    if (this.#firstKey !== undefined && isPrefix(this.#firstKey, this.#key)) {
      this.report.restarts += 1;
      this.#end({ why: "changing" });
    } else if (this.#repeated?.isNew(this.#key, 0) !== false) this.#deliver(batch);
  }

  #endPass(): void {
    const next = this.#repeated?.endPass() ?? "complete";
    if (next === "again") {
      this.#started = false;
      this.#steps = 0;
    } else if (next === "complete") {
      this.report.complete = true;
      this.#ended = true;
    } else this.#end({ why: next });
  }

  #end(stop: NonNullable<ReadReport["stop"]>): void {
    this.report.stop = stop;
    this.#ended = true;
  }

  #deliver(batch: EntryBatch): void {
    const { kernel, fd, shape, cpuCheck } = this.#target;
    const at = batch.count++;
    cpuCheck?.prepare(this.#value);
    const errno = kernel.lookup(fd, this.#key, this.#value);
    if (errno === 0) cpuCheck?.count(this.#value, 1);
    cpuCheck?.expect(shape.cpus);
    batch.keys.set(this.#key.subarray(0, shape.keySize), at * shape.keySize);
    if (errno === 0) batch.values.set(this.#value.subarray(0, shape.valueStride), at * shape.valueStride);
    if (batch.errnos !== undefined) batch.errnos[at] = errno;
    if (errno === ENOENT) this.report.skipped += 1;
    this.report.entries += 1;
    this.report.bytes += shape.keySize + shape.valueStride;
  }
}

function isPrefix(key: Uint8Array, buffer: Uint8Array): boolean {
  for (let i = 0; i < key.length; i++) if (key[i] !== buffer[i]) return false;
  return true;
}
