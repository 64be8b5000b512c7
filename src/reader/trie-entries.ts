/**
 * Bytes of `struct lpm_trie_node` before its data (kernel/bpf/lpm_trie.c): two pointers and two words, and before Linux
 * 6.13 an rcu_head of two pointers.
 */
const NODE_SIZES: readonly number[] = [24, 40];

/** Of a key, the prefix length stands elsewhere in the node. */
const PREFIX_LENGTH_SIZE = 4;

/** Every page size is a multiple of it. */
const SMALLEST_PAGE = 4096;

/**
 * How many entries an LPM trie has, by the `memlock` line of its fdinfo; undefined where that doesn't tell. Since Linux 6.4
 * it is the size of a node with its data and value times the number of entries (`trie_mem_usage`), exactly and at this
 * moment. Before, it was the memory for max_entries, rounded up to pages: so whole pages tell nothing. Nor does a number
 * that is a multiple of none, or of both, of the sizes that a node can have.
 */
export function trieEntries(memlock: string | undefined, keySize: number, valueSize: number): number | undefined {
  const bytes = Number(memlock);
  if (!Number.isSafeInteger(bytes) || bytes <= 0 || bytes % SMALLEST_PAGE === 0) return undefined;
  const sizes = NODE_SIZES.map((size) => size + keySize - PREFIX_LENGTH_SIZE + valueSize);
  const [size, another] = sizes.filter((candidate) => bytes % candidate === 0);
  return size === undefined || another !== undefined ? undefined : bytes / size;
}
