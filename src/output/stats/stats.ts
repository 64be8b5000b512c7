import type { Occupancy } from "../../reader/occupancy.ts";
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

/** The share of its room that a map has used, 0 to 1; undefined where entries can't be counted or have no limit. */
export function ratioOf({ info, occupancy: { entries, whenFull } }: MapStats): number | undefined {
  if (entries === undefined || info.maxEntries === 0 || whenFull === "none") return undefined;
  return entries / info.maxEntries;
}

/** The name of a map's type, or its number. */
export function typeName({ type }: MapInfo): string {
  return mapTypeName(type) ?? `type ${type}`;
}

/** At most two digits behind the point. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
