import { ENOENT } from "../sys/errno.ts";
import type { Fd } from "../sys/fd.ts";
import type { Kernel } from "../sys/kernel.ts";
import type { EntryBatch, EntryShape, EntrySource, ReadReport } from "./entries.ts";
import { KeySet } from "./key-set.ts";
import { TriePasses } from "./trie-passes.ts";

/** What a walk and a batch read need to know of the map. */
export interface ReadTarget {
  readonly kernel: Kernel;
  readonly fd: Fd;
  readonly shape: EntryShape;
  readonly maxEntries: number;
  /** Keys are the indexes 0 to max_entries - 1: none can vanish. */
  readonly indexed: boolean;
  /** A trie, of which one pass may miss entries while others write to it. */
  readonly trie: boolean;
  /** A hash map, whose batch cursor is the number of a bucket. */
  readonly bucketed: boolean;
}

/** Bytes of keys and values that a batch holds, unless a single entry is larger. */
export const BATCH_BYTES: number = 256 * 1024;
export const BATCH_ENTRIES = 4096;
/** A walk makes two system calls an entry, and nothing else runs in this thread until a batch is full. */
const WALK_ENTRIES = 1024;

/** How many entries of this shape make a batch. */
export function batchCapacity({ keySize, valueStride }: EntryShape, maxEntries: number): number {
  const fitting = Math.floor(BATCH_BYTES / Math.max(1, keySize + valueStride));
  return Math.max(1, Math.min(BATCH_ENTRIES, fitting, maxEntries));
}

export function newReport(mode: ReadReport["mode"]): ReadReport {
  return { complete: false, mode, entries: 0, restarts: 0, duplicates: 0, skipped: 0, retries: 0, bytes: 0, errno: 0 };
}

/** An off-heap buffer for the kernel to fill; never of no length, since the kernel wants an address. */
export function kernelBuffer(size: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(Math.max(8, size)));
}

/**
 * The batch read that a walk goes on behind: its report, the first and the last key that it delivered, and all of them
 * where it kept them. Where it did not, a restart ends the walk, since what comes again could not be told.
 */
export interface EarlierRead {
  readonly report: ReadReport;
  readonly firstKey: Uint8Array | undefined;
  readonly lastKey: Uint8Array | undefined;
  readonly seen: KeySet | undefined;
}

/**
 * Reads a map key by key: GET_NEXT_KEY and LOOKUP_ELEM, two system calls an entry.
 *
 * What may go wrong, and what is done about it:
 * - The key that the walk stands on is deleted: a hash or trie then answers with its *first* key. Entries come again;
 *   they are recognised by their keys and not delivered twice. Entries inserted meanwhile may be missed or not.
 * - A trie may hide entries from a walk while others write to it: it may have to be walked again, see TriePasses.
 * - Under churn this could go on for ever: the walk gives up after four times as many steps as the map can have
 *   entries, with `complete` false.
 * - An entry vanishes between the two calls: it is delivered with ENOENT in place of its value, and counted as skipped.
 * - Only ENOENT from GET_NEXT_KEY is the end. Any other errno ends the walk with `report.errno`.
 *
 * A key that is in the map during the whole walk is delivered exactly once if `report.complete`.
 */
export class WalkSource implements EntrySource {
  readonly report: ReadReport;
  readonly #target: ReadTarget;
  readonly #capacity: number;
  readonly #batch: EntryBatch;
  readonly #value: Uint8Array;
  #key: Uint8Array;
  #nextKey: Uint8Array;
  readonly #firstKey: Uint8Array;
  readonly #seen: KeySet | undefined;
  readonly #passes: TriePasses | undefined;
  #started = false;
  #ended = false;
  #steps = 0;
  readonly #maxSteps: number;

  constructor(target: ReadTarget, earlier?: EarlierRead) {
    const { shape, maxEntries, indexed } = target;
    this.report = earlier?.report ?? newReport("walk");
    this.report.mode = "walk";
    this.#target = target;
    this.#capacity = Math.min(WALK_ENTRIES, batchCapacity(shape, maxEntries));
    this.#batch = {
      count: 0,
      keys: kernelBuffer(this.#capacity * shape.keySize),
      values: kernelBuffer(this.#capacity * shape.valueStride),
      errnos: new Int32Array(this.#capacity),
    };
    this.#value = kernelBuffer(shape.valueStride);
    this.#key = kernelBuffer(shape.keySize);
    this.#nextKey = kernelBuffer(shape.keySize);
    this.#firstKey = kernelBuffer(shape.keySize);
    this.#seen = indexed ? undefined : earlier?.lastKey ? earlier.seen : new KeySet(shape.keySize);
    this.#passes = target.trie ? new TriePasses(target) : undefined;
    this.#maxSteps = indexed ? maxEntries + 1 : 4 * maxEntries + 64;
    if (earlier?.lastKey && earlier.firstKey) {
      this.#key.set(earlier.lastKey);
      this.#firstKey.set(earlier.firstKey);
      this.#started = true;
    }
  }

  next(): EntryBatch | undefined {
    const batch = this.#batch;
    batch.count = 0;
    while (batch.count < this.#capacity && !this.#ended) this.#step(batch);
    this.#passes?.look();
    return batch.count > 0 ? batch : undefined;
  }

  [Symbol.dispose](): void {
    this.#ended = true;
  }

  #step(batch: EntryBatch): void {
    const { kernel, fd } = this.#target;
    const errno = kernel.nextKey(fd, this.#started ? this.#key : null, this.#nextKey);
    if (errno !== 0) {
      this.#end(errno);
      return;
    }
    if (this.#steps++ >= this.#maxSteps) {
      this.#ended = true;
      return;
    }
    [this.#key, this.#nextKey] = [this.#nextKey, this.#key];
    this.#noteRestart();
    if (this.#ended) return;
    if (this.#seen?.add(this.#key, 0) === false) {
      if (this.#passes?.isFirst !== false) this.report.duplicates += 1;
      this.#passes?.foundAgain();
      return;
    }
    this.#passes?.found(1);
    this.#deliver(batch);
  }

  #end(errno: number): void {
    if (errno === ENOENT && this.#passes?.again()) {
      this.#started = false;
      this.#steps = 0;
      return;
    }
    this.#ended = true;
    if (errno === ENOENT) this.report.complete = true;
    else this.report.errno = errno;
  }

  #noteRestart(): void {
    if (!this.#started) {
      this.#firstKey.set(this.#key);
      this.#started = true;
    } else if (!this.#target.indexed && equalBytes(this.#key, this.#firstKey)) {
      this.report.restarts += 1;
      this.#ended = this.#seen === undefined;
    }
  }

  #deliver(batch: EntryBatch): void {
    const { kernel, fd, shape } = this.#target;
    const at = batch.count++;
    const errno = kernel.lookup(fd, this.#key, this.#value);
    batch.keys.set(this.#key.subarray(0, shape.keySize), at * shape.keySize);
    if (errno === 0) batch.values.set(this.#value.subarray(0, shape.valueStride), at * shape.valueStride);
    if (batch.errnos !== undefined) batch.errnos[at] = errno;
    if (errno === ENOENT) this.report.skipped += 1;
    this.report.entries += 1;
    this.report.bytes += shape.keySize + shape.valueStride;
  }
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
