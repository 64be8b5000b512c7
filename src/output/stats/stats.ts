import type { Occupancy } from "../../reader/occupancy.ts";
import { errnoName } from "../../sys/errno.ts";
import type { MapInfo } from "../../sys/info.ts";
import { mapTypeName } from "../../sys/map-types.ts";

/** What is measured of one map. */
export interface MapStats {
  readonly info: MapInfo;
  /** Bytes of kernel memory; undefined where the kernel (or a snapshot) doesn't say. */
  readonly memlock: number | undefined;
  readonly occupancy: Occupancy;
  /** Known where maps are measured again and again, from the second time on. */
  readonly growth?: Growth;
}

/** How the number of entries changes. */
export interface Growth {
  /** Entries a second; negative where they become fewer. */
  readonly perSecond: number;
  /** Seconds until the map is full at that rate; undefined where that will not be, or means nothing. */
  readonly fullIn: number | undefined;
}

/** The share of its room that a map has used, 0 to 1; undefined where that can't be counted or has no limit. */
export function ratioOf({ info, occupancy: { entries, whenFull, ring } }: MapStats): number | undefined {
  if (ring !== undefined) return ring.ratio;
  if (entries === undefined || info.maxEntries === 0 || whenFull === "none") return undefined;
  return entries / info.maxEntries;
}

/** The name of a map's type, or its number. */
export function typeName({ type }: MapInfo): string {
  return mapTypeName(type) ?? `type ${type}`;
}

/** The name of the errno that kept a map from being measured. */
export function errorName({ report, error }: Occupancy): string | undefined {
  if (error !== undefined) return typeof error.details.errnoName === "string" ? error.details.errnoName : error.code;
  return report === undefined || report.errno === 0 ? undefined : errnoName(report.errno);
}

/** At most two digits behind the point. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
