import type { MapMeasure } from "../../reader/count/map-meter.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { measureOccupancy, type Occupancy } from "../../reader/occupancy.ts";
import { errnoName } from "../../sys/errno.ts";
import type { MapInfo } from "../../sys/info.ts";
import { mapTypeFacts, mapTypeName } from "../../sys/map-types.ts";

/** The measurements of a map. */
export interface MeasuredMap extends MapMeasure {
  /** The growth between repeated measurements, from the second one on. */
  readonly growth?: Growth;
  /** The owners of the map, where they were asked for. */
  readonly owner?: StatsOwner;
}

/**
 * The owners of a map: the name under which maps add up, all owners in a line, and whether there are none but a pin.
 */
export interface StatsOwner {
  readonly name: string;
  readonly text: string;
  readonly isOrphaned: boolean;
}

/** The change of the number of entries. */
export interface Growth {
  /** Entries a second; negative if the map shrinks. */
  readonly perSecond: number;
  /** The seconds until the map is full at that rate; undefined if it will not be, or never is. */
  readonly fullIn: number | undefined;
}

/** Measures a map once, without growth. Throws what reading it throws. */
export async function measureMap(map: MapSource): Promise<MeasuredMap> {
  const memlock = memlockOf(map);
  return { info: map.info, memlock, occupancy: await measureOccupancy(map) };
}

/** The bytes of kernel memory of a map; undefined where the kernel or the snapshot doesn't say. */
export function memlockOf({ fdinfo }: Pick<MapSource, "fdinfo">): number | undefined {
  const digits = /^\d+/.exec(fdinfo.memlock ?? "")?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** Returns the share of a map's room that is used, 0 to 1; undefined if it cannot be counted or has no limit. */
export function ratioOf({ info, occupancy: { entries, whenFull, ring } }: MeasuredMap): number | undefined {
  if (ring !== undefined) return ring.ratio;
  if (entries === undefined || info.maxEntries === 0 || whenFull === "none") return undefined;
  return entries / info.maxEntries;
}

/**
 * Tells whether a map is in trouble: it can't be measured, or it is at least `threshold` per cent full and refuses
 * entries or drops records then. An array is always full, and an LRU map makes room.
 */
export function isTroubled(stats: MeasuredMap, threshold: number): boolean {
  const { error, report } = stats.occupancy;
  const fails = error !== undefined || (report !== undefined && report.errno !== 0 && isCountable(stats));
  return fails || isTooFull(stats, threshold);
}

/** Tells whether a map that refuses entries or drops records when it is full is at least `threshold` per cent full. */
export function isTooFull(stats: MeasuredMap, threshold: number): boolean {
  const { whenFull, ring } = stats.occupancy;
  const isLimited = whenFull === "refuses" || whenFull === "drops";
  return isLimited && (ring?.isFull === true || (ratioOf(stats) ?? 0) * 100 >= threshold);
}

/** Tells whether user space can count the entries of maps of this type at all. */
export function isCountable({ info: { type } }: Pick<MeasuredMap, "info">): boolean {
  const { read } = mapTypeFacts(type);
  return read.unlisted === undefined && read.hidden === undefined;
}

/** Returns the sign before a number that is not exact: `≈` for an estimate, `≥` where counting ended early. */
export function accuracySign({ estimate }: Occupancy): "" | "≈" | "≥" {
  return estimate === undefined ? "" : estimate.kind === "sampled" ? "≈" : "≥";
}

/** Returns the name of a map's type, or its number. */
export function mapTypeText({ type }: MapInfo): string {
  return mapTypeName(type) ?? `type ${type}`;
}

/** Returns the name of the errno that kept a map from being measured. */
export function errorName({ report, error }: Occupancy): string | undefined {
  if (error !== undefined) return typeof error.details.errnoName === "string" ? error.details.errnoName : error.code;
  return report === undefined || report.errno === 0 ? undefined : errnoName(report.errno);
}

/** Rounds to at most two decimals. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
