import { roundUp8 } from "../bytes.ts";
import { EbpfMapError } from "../errors.ts";
import type { Fd } from "../sys/fd.ts";
import type { MapInfo } from "../sys/info.ts";
import type { Kernel } from "../sys/kernel.ts";
import { BPF_F_NO_PREALLOC } from "../sys/map-flags.ts";
import { isPerCpu, mapTypeFacts } from "../sys/map-types.ts";
import { bucketsFor } from "./count/bucket-window.ts";
import type { KernelSizes } from "./kernel-sizes.ts";

/** A divisor of every page size. */
const SMALLEST_PAGE = 4096;

/** The part of a trie's key that is not in the data of a node. */
const PREFIX_LENGTH_SIZE = 4;

/** Possible sizes of `struct lpm_trie_node` without its data: since Linux 6.13, and before that with an rcu_head. */
const NODE_SIZES: readonly number[] = [24, 40];

const POINTER_SIZE = 8;
/** The size of `struct llist_node`, which the allocator adds to each element. */
const LIST_NODE_SIZE = 8;
/** The size of `HASHTAB_MAP_LOCK_COUNT` counters, which kernels that no longer have them may still include. */
const LOCK_BYTES_PER_CPU = 8 * 4;

/** The properties of a map from which its memory follows. */
export interface MemlockInfo extends Pick<MapInfo, "type" | "mapFlags" | "keySize" | "valueSize" | "maxEntries"> {
  /** The number of possible CPUs. */
  readonly cpus: number;
}

/** Tells whether the memory of a map depends on its number of entries, which is so since Linux 6.4. */
export function isCountedByMemlock({ type, mapFlags }: Pick<MapInfo, "type" | "mapFlags">): boolean {
  const { memlock } = mapTypeFacts(type);
  return memlock === "nodes" || (memlock === "elements" && (mapFlags & BPF_F_NO_PREALLOC) !== 0);
}

/** Reads the `memlock` line of a map's fdinfo; undefined if it can't be read. */
export function readMemlock(kernel: Kernel, fd: Fd): string | undefined {
  try {
    return kernel.fdinfo(fd).get("memlock");
  } catch (error) {
    if (error instanceof EbpfMapError) return undefined;
    throw error;
  }
}

/**
 * Computes the number of entries from the `memlock` line of a map's fdinfo and the sizes of the kernel's structs;
 * undefined if they don't tell. The number is exact and current (for a busy hash the kernel adds it up over CPUs), and
 * costs one read of a file, however many entries there are.
 *
 * Since Linux 6.4 memlock is the memory in use: for a trie the nodes of its entries (`trie_mem_usage` in
 * kernel/bpf/lpm_trie.c), for a hash that isn't preallocated its table and its elements (`htab_map_mem_usage` in
 * hashtab.c). Before, it was the memory for max_entries, rounded up to pages. Therefore whole pages tell nothing unless
 * the kernel's types say which it is, nor does a number that is no multiple of an entry's size, or a multiple of two
 * possible sizes.
 */
export function entriesFromMemlock(
  info: MemlockInfo,
  memlock: string | undefined,
  sizes: KernelSizes | undefined,
): number | undefined {
  if (!isCountedByMemlock(info)) return undefined;
  const entries =
    mapTypeFacts(info.type).memlock === "nodes" ? trieEntries(memlock, info, sizes) : hashEntries(info, memlock, sizes);
  return entries === undefined || entries > info.maxEntries ? undefined : entries;
}

/** Computes the number of entries of an LPM trie. */
export function trieEntries(
  memlock: string | undefined,
  { keySize, valueSize }: Pick<MapInfo, "keySize" | "valueSize">,
  sizes?: Pick<KernelSizes, "lpmTrieNode" | "isMemoryInUse">,
): number | undefined {
  const bytes = byteCount(memlock, sizes?.isMemoryInUse);
  if (bytes === undefined) return undefined;
  const data = keySize - PREFIX_LENGTH_SIZE + valueSize;
  const nodes = sizes === undefined ? NODE_SIZES : [sizes.lpmTrieNode];
  return onlyQuotient(nodes.map((size) => [bytes, size + data]));
}

function hashEntries(
  info: MemlockInfo,
  memlock: string | undefined,
  sizes: KernelSizes | undefined,
): number | undefined {
  const bytes = byteCount(memlock, sizes?.isMemoryInUse);
  if (bytes === undefined || sizes === undefined) return undefined;
  const table = sizes.htab + sizes.bucket * bucketsFor(info.maxEntries);
  const element = elementSize(info, sizes);
  const withLocks = table + LOCK_BYTES_PER_CPU * info.cpus;
  const bases = sizes.htabHasLocks ? [withLocks] : [table, withLocks];
  return onlyQuotient(bases.map((base) => [bytes - base, element]));
}

/** The size of an element with its key and value, including what the allocator adds. */
function elementSize({ type, keySize, valueSize, cpus }: MemlockInfo, { htabElem }: KernelSizes): number {
  const element = htabElem + roundUp8(keySize) + LIST_NODE_SIZE;
  if (!isPerCpu(type)) return element + roundUp8(valueSize);
  // A pointer to the values, and the allocator's node and pointer for these.
  return element + POINTER_SIZE + LIST_NODE_SIZE + POINTER_SIZE + roundUp8(valueSize) * cpus;
}

/** The quotient of the only division without a remainder. */
function onlyQuotient(divisions: readonly (readonly [dividend: number, divisor: number])[]): number | undefined {
  const whole = divisions.filter(([dividend, divisor]) => dividend >= 0 && dividend % divisor === 0);
  const [[dividend, divisor] = [0, 0], ...others] = whole;
  if (whole.length === 0) return undefined;
  const quotient = dividend / divisor;
  return others.every(([a, b]) => a / b === quotient) ? quotient : undefined;
}

/** The number in the line. Zero is an empty trie; any other whole number of pages may come from a kernel before 6.4. */
function byteCount(memlock: string | undefined, isMemoryInUse: boolean = false): number | undefined {
  const bytes = /^\d+$/.test(memlock ?? "") ? Number(memlock) : Number.NaN;
  if (!Number.isSafeInteger(bytes)) return undefined;
  return bytes > 0 && bytes % SMALLEST_PAGE === 0 && !isMemoryInUse ? undefined : bytes;
}
