import { EbpfMapError } from "../errors.ts";
import type { Fd } from "../sys/fd.ts";
import type { Kernel } from "../sys/kernel.ts";
import type { EntryShape } from "./entries.ts";
import { trieEntries } from "./trie-entries.ts";

/** How often a trie is read at the most: while each pass finds more, it is being written to. */
const MAX_PASSES = 4;

/** The trie that is read. */
interface TrieTarget {
  readonly kernel: Kernel;
  readonly fd: Fd;
  readonly shape: EntryShape;
}

/**
 * Counts the passes over an LPM trie. The kernel finds the key behind another one by the nodes above it, and where one of
 * these is replaced at that moment (`trie_get_next_key` in kernel/bpf/lpm_trie.c compares pointers that it read before),
 * it passes over a whole branch, or says that this was the end. Nothing tells of it.
 *
 * One pass is enough if the kernel's own number of entries was the same before it, behind it and between all of its
 * batches, no key came twice, and so many keys came. Values that are written meanwhile, which is what replaces nodes,
 * don't change that number, and of a trie whose keys stay, as many as there are are all of them. That leaves keys that are
 * exchanged one for one, each deletion and insertion between two batches: then a missed key would have to be made up for by
 * exactly as many that were met before they were deleted or behind their insertion, in the very pass that missed it.
 *
 * Else, or where the kernel doesn't tell the number (before Linux 6.4), the trie is read again until a pass finds nothing
 * that wasn't there before: what stays in the map is missed by two passes in a row hardly ever.
 */
export class TriePasses {
  readonly #countEntries: () => number | undefined;
  /** The kernel's number, as long as it stays the same; undefined from when it does not. */
  #entries: number | undefined;
  #passes = 0;
  #found = 0;

  constructor(target: TrieTarget) {
    this.#countEntries = () => countEntries(target);
    this.#entries = this.#countEntries();
  }

  /** So many keys that no earlier pass has met. */
  found(keys: number): void {
    this.#found += keys;
  }

  /** A key has come again in this pass, or in another one. */
  foundAgain(): void {
    this.#entries = undefined;
  }

  /** To be called behind each batch: whether the kernel's number is still the same. */
  look(): void {
    if (this.#entries !== undefined && this.#countEntries() !== this.#entries) this.#entries = undefined;
  }

  /** The first pass is still under way. */
  get isFirst(): boolean {
    return this.#passes === 0;
  }

  /** Ends a pass and says whether there must be another. */
  again(): boolean {
    this.look();
    this.#passes += 1;
    const more = this.#found > 0 && this.#found !== this.#entries && this.#passes < MAX_PASSES;
    this.#found = 0;
    this.#entries = undefined;
    return more;
  }
}

function countEntries({ kernel, fd, shape }: TrieTarget): number | undefined {
  try {
    return trieEntries(kernel.fdinfo(fd).get("memlock"), shape.keySize, shape.valueSize);
  } catch (error) {
    // There need not be a /proc.
    if (error instanceof EbpfMapError) return undefined;
    throw error;
  }
}
