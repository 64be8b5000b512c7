import { EbpfMapError } from "../errors.ts";
import { ENOENT } from "../sys/errno.ts";
import type { MapInfo } from "../sys/info.ts";
import { BPF_F_NO_PREALLOC, BPF_F_RB_OVERWRITE } from "../sys/map-flags.ts";
import { BPF_MAP_TYPE, isRingBuffer, mapTypeFacts, type WhenFull } from "../sys/map-types.ts";
import type { BucketCount } from "./count/bucket-sample.ts";
import { type CountBudget, timeIsUp } from "./count/count-budget.ts";
import type { EntryBatch, ReadReport } from "./entries.ts";
import type { MapSource } from "./map-source.ts";
import { untilKnown } from "./one-pass.ts";
import { valuesError } from "./read-error.ts";
import type { RingUse } from "./ring-use.ts";

/** A measure of how full a map is. */
export interface Occupancy {
  /** The number of entries, or of used slots; at most max_entries. Undefined if user space can't count them. */
  readonly entries: number | undefined;
  readonly whenFull: WhenFull;
  /** Memory for all entries was allocated at creation, so memlock doesn't depend on their number. */
  readonly preallocated: boolean;
  /**
   * The method: the way of reading the entries, "memlock" for counting by the memory they take, "info" for maps whose
   * entries are always all there, "sample" for some buckets of a hash, and "positions" for the bytes of a ring buffer.
   */
  readonly mode: ReadReport["mode"] | "info" | "memlock" | "positions" | "sample";
  /** Present if `entries` is not exact. */
  readonly estimate?: Estimate;
  /** The report of the read; undefined if none was needed. */
  readonly report: ReadReport | undefined;
  /** The use of a ring buffer whose pages may be mapped. */
  readonly ring?: RingUse;
  /** The reason why the bytes of a ring buffer, or the slots in use, can't be counted. */
  readonly error?: EbpfMapError;
}

/**
 * The uncertainty of a number of entries. "sampled": in 95 of 100 cases the number is within `error` entries of the
 * estimate. "at-least": the read ended when its time was up, so there may be any number more.
 */
export type Estimate = { readonly kind: "sampled"; readonly error: number } | { readonly kind: "at-least" };

/**
 * Counts the entries of a map. Reads it only if nothing else tells their number; with a budget, not longer than that:
 * then the number may be an estimate. `memlock` is the line of the map's fdinfo if it has just been read. Throws what
 * the source throws.
 */
export async function measureOccupancy(map: MapSource, budget?: CountBudget, memlock?: string): Promise<Occupancy> {
  const { info } = map;
  const known = { whenFull: whenFull(info), preallocated: isPreallocated(info) };
  if (isWhole(info)) return { ...known, entries: info.maxEntries, mode: "info", report: undefined };
  if (isRingBuffer(info.type) && map.ringUse !== undefined) return { ...known, ...(await measureRing(map.ringUse())) };
  const counted = map.countFromMemlock?.(memlock);
  if (counted !== undefined) return { ...known, entries: counted, mode: "memlock", report: undefined };
  if (budget !== undefined) {
    const within = map.countWithin?.(budget);
    if (within !== undefined) return { ...known, ...countedWithin(within) };
    const { count, report, isWhole } = await countOnce(map, budget);
    const estimate: Pick<Occupancy, "estimate"> = isWhole ? {} : { estimate: { kind: "at-least" } };
    return { ...known, ...estimate, ...entriesOf(map, count, report), mode: report.mode, report };
  }
  const { count, report } = await untilKnown(
    map,
    () => countOnce(map),
    ({ count }) => count.keys,
  );
  return { ...known, ...entriesOf(map, count, report), mode: report.mode, report };
}

async function measureRing(
  use: Promise<RingUse>,
): Promise<Pick<Occupancy, "entries" | "mode" | "report" | "ring" | "error">> {
  const none = { entries: undefined, mode: "positions", report: undefined } as const;
  try {
    return { ...none, ring: await use };
  } catch (error) {
    if (error instanceof EbpfMapError) return { ...none, error };
    throw error;
  }
}

interface Count {
  /** Entries with a readable value. */
  used: number;
  /** Keys that still existed when their value was looked up. */
  keys: number;
  lastErrno: number;
}

function countedWithin({ entries, error }: BucketCount): Pick<Occupancy, "entries" | "mode" | "report" | "estimate"> {
  if (error === undefined) return { entries, mode: "batch", report: undefined };
  return { entries, mode: "sample", report: undefined, estimate: { kind: "sampled", error } };
}

/** Counts in one pass, which ends early when the time is up. */
async function countOnce(
  map: MapSource,
  budget?: CountBudget,
): Promise<{ count: Count; report: ReadReport; isWhole: boolean }> {
  using source = map.entries({ onePass: true, ahead: true });
  const count = { used: 0, keys: 0, lastErrno: 0 };
  const start = budget?.clock() ?? 0;
  for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
    countBatch(batch, count);
    if (budget !== undefined && timeIsUp(start, budget)) break;
  }
  const { report } = source;
  return { count, report, isWhole: report.complete || report.stop !== undefined };
}

function countBatch({ count, errnos }: EntryBatch, total: Count): void {
  for (let i = 0; i < count; i++) {
    const errno = errnos === undefined ? 0 : (errnos[i] as number);
    if (errno === 0) total.used += 1;
    else total.lastErrno = errno;
    if (errno !== ENOENT) total.keys += 1;
  }
}

/**
 * The number of entries. A slot without a value is free, if the kernel shows values of this type at all; where it shows
 * them and refuses every one, the error says why.
 */
function entriesOf(
  map: MapSource,
  { used, keys, lastErrno }: Count,
  report: ReadReport,
): Pick<Occupancy, "entries" | "error"> {
  const { type, maxEntries } = map.info;
  if (report.errno !== 0) return { entries: undefined };
  // Entries that were inserted and deleted during the read may add up to more.
  if (mapTypeFacts(type).keys !== "indexes") return { entries: maxEntries === 0 ? keys : Math.min(keys, maxEntries) };
  if (used > 0 || lastErrno === 0 || lastErrno === ENOENT) return { entries: used };
  const error = valuesError(map, lastErrno);
  return { entries: undefined, ...(error.code !== "NOT_READABLE" && { error }) };
}

/** Tells whether every slot of a map is an entry: an array of values. */
function isWhole({ type }: MapInfo): boolean {
  const { keys, values, read } = mapTypeFacts(type);
  return keys === "indexes" && read.by === "batch" && values !== "map-id";
}

/** Tells what one entry more than a map has room for does. */
export function whenFull({ type, maxEntries, mapFlags }: MapInfo): WhenFull {
  const fact = mapTypeFacts(type).whenFull;
  if (type === BPF_MAP_TYPE.RINGBUF && (mapFlags & BPF_F_RB_OVERWRITE) !== 0) return "evicts";
  return fact === "refuses" && maxEntries === 0 ? "none" : fact;
}

function isPreallocated({ type, mapFlags }: MapInfo): boolean {
  const { preallocated } = mapTypeFacts(type);
  return preallocated === "always" || (preallocated === "unless-flagged" && (mapFlags & BPF_F_NO_PREALLOC) === 0);
}
