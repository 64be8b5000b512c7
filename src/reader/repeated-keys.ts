import type { ReadReport } from "./entries.ts";
import { KeyTable } from "./key-table.ts";
import { readMemlock, trieEntries } from "./memlock-entries.ts";
import type { ReadTarget } from "./read-target.ts";
import { comesBefore } from "./trie-order.ts";

/** How often a trie is read at most. */
const MAX_PASSES = 4;

/**
 * Sorts out the keys of a read in which keys may come again: of a map whose cursor is a key, since a deleted one throws the
 * read back to the first. Each key is delivered once, and never more of them than the map can have: what comes beyond that
 * never lived together with all that was delivered before.
 *
 * An LPM trie may need several passes. The kernel finds the key behind another one by the nodes above it, and where one of
 * these is replaced at that moment (`trie_get_next_key` in kernel/bpf/lpm_trie.c compares pointers that it read before),
 * it passes over a whole branch, or says that this was the end. Nothing tells of it. A pass is known to be whole if the
 * kernel's own number of entries was the same before it, behind it and between all of its batches, its keys came in their
 * order, and so many keys came. Values that are written meanwhile, which is what replaces nodes, don't change that number.
 * That leaves keys that are exchanged one for one, each deletion and insertion between two batches: then a missed key would
 * have to be made up for by exactly as many that were met before they were deleted or behind their insertion.
 *
 * A pass that isn't known to be whole is followed by another, for what it missed. Where the number of entries stands still
 * but is not known (before Linux 6.4), two passes with the same keys are taken for whole: what stays in a trie is missed by
 * two passes in a row hardly ever. A trie that changes during every pass gives a read that isn't complete.
 */
export class RepeatedKeys {
  readonly #target: ReadTarget;
  readonly #report: ReadReport;
  readonly #seen: KeyTable;
  #passes = 0;
  /** Keys of the pass under way and of the one before. */
  #keys = 0;
  #keysBefore = -1;
  #hasNew = false;
  /** There was no room for a key that no earlier one was equal to. */
  #isBeyond = false;
  /** The read was not thrown back in this pass, so that none of its keys came twice. */
  #isStraight = true;
  /** The key to compare the next one with: the last one of a trie, whose keys have an order; else the first one. */
  readonly #mark: Uint8Array;
  /** The kernel's number of entries as this pass began, and whether it is still the same. */
  #entries: number | undefined;
  #isSteady = true;

  constructor(target: ReadTarget, report: ReadReport) {
    const { keySize } = target.shape;
    this.#target = target;
    this.#report = report;
    this.#seen = new KeyTable(keySize, this.#isTrie ? { order: comesBefore } : {});
    this.#mark = new Uint8Array(keySize);
    this.#entries = this.#countEntries();
  }

  get #isTrie(): boolean {
    return this.#target.keys === "tree";
  }

  /** Whether the key at `at`, the next one of the read, is to be delivered. */
  isNew(keys: Uint8Array, at: number): boolean {
    if (this.#isThrownBack(keys, at)) {
      this.#isStraight = false;
      this.#report.restarts += 1;
    }
    this.#keys += 1;
    const { maxEntries } = this.#target;
    const isFull = maxEntries > 0 && this.#seen.count >= maxEntries;
    if (isFull ? this.#seen.find(keys, at) < 0 : this.#seen.add(keys, at)) {
      this.#hasNew = true;
      if (isFull) this.#isBeyond = true;
      return !isFull;
    }
    if (this.#passes === 0) this.#report.duplicates += 1;
    return false;
  }

  /** To be called behind each batch: whether the kernel's number of entries is still the same. */
  look(): void {
    if (this.#isTrie && this.#isSteady) this.#isSteady = this.#countEntries() === this.#entries;
  }

  /** Ends a pass and says what follows: the end of a complete read, another pass, or the end of one that isn't complete. */
  endPass(): "complete" | "again" | "incomplete" {
    this.look();
    const isComplete = !this.#isBeyond && (!this.#isTrie || this.#isWhole || this.#isLikeBefore);
    this.#passes += 1;
    if (isComplete) return "complete";
    const isLast = this.#target.onePass === true || this.#passes >= MAX_PASSES;
    if (!this.#isTrie || this.#isBeyond || isLast) return "incomplete";
    this.#beginPass();
    return "again";
  }

  get #isWhole(): boolean {
    return this.#isSteady && this.#isStraight && this.#keys === this.#entries;
  }

  get #isLikeBefore(): boolean {
    return this.#isSteady && this.#isStraight && !this.#hasNew && this.#keys === this.#keysBefore;
  }

  #beginPass(): void {
    this.#keysBefore = this.#keys;
    this.#keys = 0;
    this.#hasNew = false;
    this.#isStraight = true;
    this.#isSteady = true;
    this.#entries = this.#countEntries();
  }

  /** Whether the key at `at` tells that the read goes on from the first key again. */
  #isThrownBack(keys: Uint8Array, at: number): boolean {
    const { keySize } = this.#target.shape;
    const isFirst = this.#keys === 0;
    if (!this.#isTrie && !isFirst) return isEqual(this.#mark, keys, at);
    const isBack = !isFirst && !comesBefore(this.#mark, 0, keys, at, keySize);
    for (let i = 0; i < keySize; i++) this.#mark[i] = keys[at + i] as number;
    return isBack;
  }

  #countEntries(): number | undefined {
    if (!this.#isTrie) return undefined;
    const { kernel, fd, shape } = this.#target;
    return trieEntries(readMemlock(kernel, fd), shape);
  }
}

function isEqual(key: Uint8Array, keys: Uint8Array, at: number): boolean {
  for (let i = 0; i < key.length; i++) if (key[i] !== keys[at + i]) return false;
  return true;
}
