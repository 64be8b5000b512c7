import { ENOENT } from "../sys/errno.ts";
import { kernelBuffer } from "../sys/kernel-buffer.ts";
import type { ReadReport } from "./entries.ts";
import { loadedSizes } from "./kernel-sizes.ts";
import { KeyTable } from "./key-table.ts";
import { readMemlock, trieEntries } from "./memlock-entries.ts";
import type { ReadTarget } from "./read-target.ts";
import { comesBefore } from "./trie-order.ts";

/** The most passes over a trie. */
const MAX_PASSES = 4;

/** The number of keys whose successors are checked after a pass, to see whether the trie stood still. */
const SAMPLES = 256;

/**
 * Records the keys of a read in which keys may come again: if the cursor is a key and that is deleted, the read starts
 * again at the first key. Each key is delivered once, and never more keys than the map can have, since further ones
 * never existed together with all those delivered before.
 *
 * An LPM trie may need several passes. The kernel finds the successor of a key by the nodes above it. If one of these
 * is replaced at that moment (`trie_get_next_key` in kernel/bpf/lpm_trie.c compares pointers that it read before), the
 * kernel skips a whole branch or reports the end, and nothing tells of it. A pass is known to be whole if the kernel's
 * number of entries was the same before it, after it and between its batches, no key came twice, and exactly as many
 * keys came. Writing values, which replaces nodes, doesn't change that number. Exchanging keys one for one doesn't
 * either, so the successors of some keys are checked once more.
 *
 * After a pass that isn't known to be whole there is another, for the entries that it missed. If the number of entries
 * is unknown (before Linux 6.4), two passes with the same keys are considered whole: two passes in a row hardly ever
 * miss the same entries. If a trie changes during every pass, the read is not complete.
 */
export class RepeatedKeys {
  readonly #target: ReadTarget;
  readonly #report: ReadReport;
  readonly #seen: KeyTable;
  /** The pass that met each key last, counted from 1; by the number of the key. */
  #metIn = new Uint8Array(512);
  #pass = 1;
  /** The number of keys in this pass and in the one before. */
  #keys = 0;
  #keysBefore = -1;
  #hasNew = false;
  /** A key came beyond the number that the map can have. */
  #isBeyond = false;
  /** No key came twice in this pass. */
  #isStraight = true;
  /** The last key was a repeated one of this pass. */
  #isRepeating = false;
  /** The kernel's number of entries at the start of this pass, and whether it has stayed the same. */
  #entries: number | undefined;
  #isSteady = true;

  constructor(target: ReadTarget, report: ReadReport) {
    this.#target = target;
    this.#report = report;
    this.#seen = new KeyTable(target.shape.keySize, this.#isTrie ? { order: comesBefore } : {});
    this.#entries = this.#countEntries();
  }

  get #isTrie(): boolean {
    return this.#target.keys === "tree";
  }

  /** Records the next key of the read. Returns whether its entry is to be delivered. */
  isNew(keys: Uint8Array, at: number): boolean {
    const { maxEntries } = this.#target;
    const known = this.#seen.count;
    const isFull = maxEntries > 0 && known >= maxEntries;
    const number = isFull ? this.#seen.find(keys, at) : this.#seen.numberOf(keys, at);
    this.#keys += 1;
    if (number < 0) {
      this.#isBeyond = true;
      return false;
    }
    this.#noteRepeat(number);
    if (number < known) return false;
    this.#hasNew = true;
    return true;
  }

  /** Checks, after each batch, that the kernel's number of entries is still the same. */
  look(): void {
    if (this.#isTrie && this.#isSteady) this.#isSteady = this.#countEntries() === this.#entries;
  }

  /**
   * Ends a pass. Returns what follows: the end of a complete read, another pass, or the reason for an incomplete read.
   */
  endPass(): "complete" | "again" | "changing" | "unsure" {
    this.look();
    if (this.#isBeyond) return "changing";
    if (!this.#isTrie || this.#isWhole || this.#isLikeBefore) return "complete";
    const isLast = this.#target.onePass === true || this.#pass === MAX_PASSES;
    if (isLast) return this.#isUnsure ? "unsure" : "changing";
    this.#beginPass();
    return "again";
  }

  get #isWhole(): boolean {
    return this.#isSteady && this.#isStraight && this.#keys === this.#entries && this.#standsStill();
  }

  /**
   * Checks some keys, evenly spread: whether they still exist, and their successors are keys of this read. For a key
   * that is gone the kernel returns the first key.
   */
  #standsStill(): boolean {
    const { kernel, fd, shape } = this.#target;
    const { keys, count } = this.#seen;
    const [key, first, next] = [kernelBuffer(shape.keySize), kernelBuffer(shape.keySize), kernelBuffer(shape.keySize)];
    if (kernel.nextKey(fd, null, first) !== 0) return count === 0;
    for (let i = 0; i < SAMPLES && i < count; i++) {
      const number = Math.floor((i * count) / Math.min(SAMPLES, count));
      key.set(keys.subarray(number * shape.keySize, (number + 1) * shape.keySize));
      const errno = kernel.nextKey(fd, key, next);
      if (errno === ENOENT) continue;
      if (errno !== 0 || Buffer.compare(next, first) === 0 || this.#seen.find(next, 0) < 0) return false;
    }
    return true;
  }

  /** Tells whether nothing shows that the trie changed under its only pass, and nothing that it did not. */
  get #isUnsure(): boolean {
    return this.#pass === 1 && this.#entries === undefined && this.#isStraight && this.#standsStill();
  }

  get #isLikeBefore(): boolean {
    return this.#isSteady && this.#isStraight && !this.#hasNew && this.#keys === this.#keysBefore;
  }

  #beginPass(): void {
    this.#pass += 1;
    this.#keysBefore = this.#keys;
    this.#keys = 0;
    this.#hasNew = false;
    this.#isStraight = true;
    this.#isRepeating = false;
    this.#isSteady = true;
    this.#entries = this.#countEntries();
  }

  /** Counts a key that comes again in the same pass: the read has started again. */
  #noteRepeat(number: number): void {
    if (number >= this.#metIn.length) {
      const longer = new Uint8Array(2 * number);
      longer.set(this.#metIn);
      this.#metIn = longer;
    }
    const isRepeat = this.#metIn[number] === this.#pass;
    this.#metIn[number] = this.#pass;
    if (isRepeat) {
      this.#isStraight = false;
      this.#report.duplicates += 1;
      if (!this.#isRepeating) this.#report.restarts += 1;
    }
    this.#isRepeating = isRepeat;
  }

  #countEntries(): number | undefined {
    if (!this.#isTrie) return undefined;
    const { kernel, fd, shape } = this.#target;
    return trieEntries(readMemlock(kernel, fd), shape, loadedSizes(kernel));
  }
}
