import { ENOENT } from "../sys/errno.ts";
import type { MapInfo } from "../sys/info.ts";
import type { EntryBatch, ReadReport } from "./entries.ts";
import type { MapSource } from "./map-source.ts";
import { isIndexed } from "./shape.ts";

/**
 * What a map does with one entry more than it has room for. "refuses": the update fails with E2BIG or ENOSPC, which is
 * what a limit is watched for. "evicts": an LRU map forgets an old entry, so being full is its ordinary state. "fixed":
 * its keys are the indexes, all there from the start. "none": there is no limit on the number of entries.
 */
export type WhenFull = "refuses" | "evicts" | "fixed" | "none";

/** How full a map is. */
export interface Occupancy {
  /** Entries, or slots in use of a map of descriptors; undefined where user space can't count them. */
  readonly entries: number | undefined;
  readonly whenFull: WhenFull;
  /** Memory for all entries was taken when the map was made, so its memlock says nothing of how many there are. */
  readonly preallocated: boolean;
  /** How the entries were counted: by reading them, or from the map's info since they are always all there. */
  readonly mode: ReadReport["mode"] | "info";
  /** The report of the read; undefined where none was needed. */
  readonly report: ReadReport | undefined;
}

const BPF_F_NO_PREALLOC = 1;

/** lru_hash, lru_percpu_hash. */
const EVICTING: ReadonlySet<number> = new Set([9, 10]);

/** array, percpu_array: every slot is an entry. */
const PLAIN_ARRAYS: ReadonlySet<number> = new Set([2, 6]);

/** struct_ops, insn_array: made once, with all that they will ever have. */
const MADE_WHOLE: ReadonlySet<number> = new Set([26, 34]);

/** ringbuf, bloom_filter, user_ringbuf, arena: max_entries isn't a number of entries that can be counted. */
const UNCOUNTED: ReadonlySet<number> = new Set([27, 30, 31, 33]);

/** hash, percpu_hash, lru_hash, lru_percpu_hash, hash_of_maps: preallocated unless a flag says otherwise. */
const PREALLOCATING: ReadonlySet<number> = new Set([1, 5, 9, 10, 13]);

/** queue, stack: an array inside. */
const RINGS: ReadonlySet<number> = new Set([22, 23]);

/** Counts the entries of a map by reading it once, where they aren't known without. Throws what the source throws. */
export async function measureOccupancy(map: MapSource): Promise<Occupancy> {
  const { info } = map;
  const known = { whenFull: whenFull(info), preallocated: isPreallocated(info) };
  if (PLAIN_ARRAYS.has(info.type)) return { ...known, entries: info.maxEntries, mode: "info", report: undefined };
  using source = map.entries();
  const count = { used: 0, keys: 0, lastErrno: 0 };
  for (let batch = await source.next(); batch !== undefined; batch = await source.next()) countBatch(batch, count);
  const { report } = source;
  return { ...known, entries: entriesOf(info, count, report), mode: report.mode, report };
}

interface Count {
  /** Entries whose value could be read. */
  used: number;
  /** Keys that were still there when their value was asked for. */
  keys: number;
  lastErrno: number;
}

function countBatch({ count, errnos }: EntryBatch, total: Count): void {
  for (let i = 0; i < count; i++) {
    const errno = errnos === undefined ? 0 : (errnos[i] as number);
    if (errno === 0) total.used += 1;
    else total.lastErrno = errno;
    if (errno !== ENOENT) total.keys += 1;
  }
}

/** A slot without a value is a free one, if the kernel gives values of this type at all. */
function entriesOf({ type }: MapInfo, { used, keys, lastErrno }: Count, report: ReadReport): number | undefined {
  if (report.errno !== 0) return undefined;
  if (!isIndexed(type)) return keys;
  return used === 0 && lastErrno !== 0 && lastErrno !== ENOENT ? undefined : used;
}

function whenFull({ type, maxEntries }: MapInfo): WhenFull {
  if (EVICTING.has(type)) return "evicts";
  if (isIndexed(type) || MADE_WHOLE.has(type)) return "fixed";
  return maxEntries === 0 || UNCOUNTED.has(type) ? "none" : "refuses";
}

function isPreallocated({ type, mapFlags }: MapInfo): boolean {
  if (PREALLOCATING.has(type)) return (mapFlags & BPF_F_NO_PREALLOC) === 0;
  return isIndexed(type) || RINGS.has(type);
}
