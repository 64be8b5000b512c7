/** How often a trie is read at the most: while each pass finds more, it is being written to. */
const MAX_PASSES = 4;

/**
 * Counts the passes over an LPM trie. The kernel finds the key behind another one by the nodes above it, and where one of
 * these is replaced at that moment (`trie_get_next_key` in kernel/bpf/lpm_trie.c compares pointers that it read before),
 * it passes over a whole branch, or says that this was the end. Nothing tells of it. So a trie is read again until a pass
 * finds nothing that wasn't there before: what stays in the map is missed by two passes in a row hardly ever.
 */
export class Passes {
  #passes = 0;
  #found = 0;

  /** So many keys that no earlier pass has met. */
  found(keys: number): void {
    this.#found += keys;
  }

  /** The first pass is still under way. */
  get isFirst(): boolean {
    return this.#passes === 0;
  }

  /** Ends a pass and says whether there must be another. */
  again(): boolean {
    this.#passes += 1;
    const more = this.#found > 0 && this.#passes < MAX_PASSES;
    this.#found = 0;
    return more;
  }
}
