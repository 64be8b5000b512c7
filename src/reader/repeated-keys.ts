import { ENOENT } from "../sys/errno.ts";
import { kernelBuffer } from "../sys/kernel-buffer.ts";
import type { ReadReport } from "./entries.ts";
import { loadedSizes } from "./kernel-sizes.ts";
import { KeyTable } from "./key-table.ts";
import { readMemlock, trieEntries } from "./memlock-entries.ts";
import type { ReadTarget } from "./read-target.ts";
import { comesBefore } from "./trie-order.ts";

/** How often a trie is read at most. */
const MAX_PASSES = 4;

/** Keys whose successors are looked at behind a pass, to see whether the trie stood still. */
const SAMPLES = 256;

/**
 * Sorts out the keys of a read in which keys may come again: of a map whose cursor is a key, since a deleted one throws the
 * read back to the first. Each key is delivered once, and never more of them than the map can have: what comes beyond that
 * never lived together with all that was delivered before.
 *
 * An LPM trie may need several passes. The kernel finds the key behind another one by the nodes above it, and where one of
 * these is replaced at that moment (`trie_get_next_key` in kernel/bpf/lpm_trie.c compares pointers that it read before),
 * it passes over a whole branch, or says that this was the end. Nothing tells of it. A pass is known to be whole if the
 * kernel's own number of entries was the same before it, behind it and between all of its batches, no key came twice, and
 * so many keys came. Values that are written meanwhile, which is what replaces nodes, don't change that number.
 * Where keys are exchanged one for one the number stands still, too: so the successors of some keys are looked at again.
 *
 * A pass that isn't known to be whole is followed by another, for what it missed. Where the number of entries stands still
 * but is not known (before Linux 6.4), two passes with the same keys are taken for whole: what stays in a trie is missed by
 * two passes in a row hardly ever. A trie that changes during every pass gives a read that isn't complete.
 */
export class RepeatedKeys {
  readonly #target: ReadTarget;
  readonly #report: ReadReport;
  readonly #seen: KeyTable;
  /** By the number of a key the pass that met it last, counted from 1. */
  #metIn = new Uint8Array(512);
  #pass = 1;
  /** Keys of the pass under way and of the one before. */
  #keys = 0;
  #keysBefore = -1;
  #hasNew = false;
  /** A key came for which there was no room. */
  #isBeyond = false;
  /** No key came twice in this pass. */
  #isStraight = true;
  /** The last key had come before in this pass. */
  #isRepeating = false;
  /** The kernel's number of entries as this pass began, and whether it is still the same. */
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

  /** Whether the key at `at`, the next one of the read, is to be delivered. */
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

  /** To be called behind each batch: whether the kernel's number of entries is still the same. */
  look(): void {
    if (this.#isTrie && this.#isSteady) this.#isSteady = this.#countEntries() === this.#entries;
  }

  /** Ends a pass and says what follows: the end of a complete read, another pass, or why the read isn't complete. */
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
   * Whether some keys, evenly spread, are still there, with no other keys behind them than those that the read has met. The
   * kernel gives the first key as the successor of one that is gone.
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

  /** The only pass, of which nothing tells that the trie changed under it, and nothing that it did not. */
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

  /** A key that comes again in the same pass tells that the read was thrown back. */
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
    return trieEntries(readMemlock(kernel, fd), shape, loadedSizes(kernel)?.lpmTrieNode);
  }
}
