import { roundUp8 } from "../bytes.ts";
import { EbpfMapError } from "../errors.ts";
import type { Fd } from "../sys/fd.ts";
import type { MapInfo } from "../sys/info.ts";
import type { Kernel } from "../sys/kernel.ts";
import { BPF_F_NO_PREALLOC } from "../sys/map-flags.ts";
import { isPerCpu, mapTypeFacts } from "../sys/map-types.ts";
import type { KernelSizes } from "./kernel-sizes.ts";

/** Every page size is a multiple of it. */
const SMALLEST_PAGE = 4096;

/** Of the key of a trie, the prefix length stands elsewhere in the node. */
const PREFIX_LENGTH_SIZE = 4;

/** Bytes of `struct lpm_trie_node` before its data, where BTF doesn't tell: since Linux 6.13, and with an rcu_head before. */
const NODE_SIZES: readonly number[] = [24, 40];

const POINTER_SIZE = 8;
/** `struct llist_node`, by which the allocator keeps each element. */
const LIST_NODE_SIZE = 8;
/** `HASHTAB_MAP_LOCK_COUNT` counters of each CPU, which kernels that no longer have them may still count. */
const LOCK_BYTES_PER_CPU = 8 * 4;

/** What the number of entries is worked out from. */
export interface MemlockInfo extends Pick<MapInfo, "type" | "mapFlags" | "keySize" | "valueSize" | "maxEntries"> {
  /** The number of possible CPUs. */
  readonly cpus: number;
}

/** Whether the memory of such a map tells how many entries it has, which is since Linux 6.4. */
export function isCountedByMemlock({ type, mapFlags }: Pick<MapInfo, "type" | "mapFlags">): boolean {
  const { memlock } = mapTypeFacts(type);
  return memlock === "nodes" || (memlock === "elements" && (mapFlags & BPF_F_NO_PREALLOC) !== 0);
}

/** The `memlock` line of a map's fdinfo; undefined where it can't be read. */
export function readMemlock(kernel: Kernel, fd: Fd): string | undefined {
  try {
    return kernel.fdinfo(fd).get("memlock");
  } catch (error) {
    if (error instanceof EbpfMapError) return undefined;
    throw error;
  }
}

/**
 * How many entries a map has, by the `memlock` line of its fdinfo and the sizes of the kernel's structs; undefined where
 * these don't tell. It is exact and of this moment (the number of a busy hash is a sum over CPUs), and costs one read of a
 * file, however many entries there are.
 *
 * Since Linux 6.4 memlock is what the map takes: for a trie the nodes of its entries (`trie_mem_usage` in
 * kernel/bpf/lpm_trie.c), for a hash that isn't preallocated its table and its elements (`htab_map_mem_usage` in
 * hashtab.c). Before, it was the memory for max_entries, rounded up to pages: so whole pages tell nothing, and neither does
 * what is no multiple of an entry's size, or of two sizes that an entry may have.
 */
export function entriesFromMemlock(
  info: MemlockInfo,
  memlock: string | undefined,
  sizes: KernelSizes | undefined,
): number | undefined {
  if (!isCountedByMemlock(info)) return undefined;
  const entries =
    mapTypeFacts(info.type).memlock === "nodes"
      ? trieEntries(memlock, info, sizes?.lpmTrieNode)
      : hashEntries(info, memlock, sizes);
  return entries === undefined || entries > info.maxEntries ? undefined : entries;
}

/** The same for an LPM trie. `node`: the size of a node before its data, where it is known. */
export function trieEntries(
  memlock: string | undefined,
  { keySize, valueSize }: Pick<MapInfo, "keySize" | "valueSize">,
  node?: number,
): number | undefined {
  const bytes = byteCount(memlock);
  if (bytes === undefined) return undefined;
  const data = keySize - PREFIX_LENGTH_SIZE + valueSize;
  const nodes = node === undefined ? NODE_SIZES : [node];
  return onlyQuotient(nodes.map((size) => [bytes, size + data]));
}

function hashEntries(
  info: MemlockInfo,
  memlock: string | undefined,
  sizes: KernelSizes | undefined,
): number | undefined {
  const bytes = byteCount(memlock);
  if (bytes === undefined || sizes === undefined) return undefined;
  const table = sizes.htab + sizes.bucket * bucketsOf(info);
  const element = elementSize(info, sizes);
  const bases = [table, table + LOCK_BYTES_PER_CPU * info.cpus];
  return onlyQuotient(bases.map((base) => [bytes - base, element]));
}

/** Bytes of an element with its key and value, as the allocator keeps it. */
function elementSize({ type, keySize, valueSize, cpus }: MemlockInfo, { htabElem }: KernelSizes): number {
  const element = htabElem + roundUp8(keySize) + LIST_NODE_SIZE;
  if (!isPerCpu(type)) return element + roundUp8(valueSize);
  // A pointer to the values, and the allocator's node for these, which has a pointer of its own.
  return element + POINTER_SIZE + LIST_NODE_SIZE + POINTER_SIZE + roundUp8(valueSize) * cpus;
}

function bucketsOf({ maxEntries }: MemlockInfo): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, maxEntries)));
}

/** The whole number that comes of the one division which has no remainder. */
function onlyQuotient(divisions: readonly (readonly [dividend: number, divisor: number])[]): number | undefined {
  const whole = divisions.filter(([dividend, divisor]) => dividend >= 0 && dividend % divisor === 0);
  const [[dividend, divisor] = [0, 0], ...others] = whole;
  if (whole.length === 0) return undefined;
  const quotient = dividend / divisor;
  return others.every(([a, b]) => a / b === quotient) ? quotient : undefined;
}

/** An empty trie takes no memory; any other whole number of pages may be what an older kernel says. */
function byteCount(memlock: string | undefined): number | undefined {
  const bytes = /^\d+$/.test(memlock ?? "") ? Number(memlock) : Number.NaN;
  if (!Number.isSafeInteger(bytes)) return undefined;
  return bytes > 0 && bytes % SMALLEST_PAGE === 0 ? undefined : bytes;
}
