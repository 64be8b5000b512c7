import type { MeasuredMap } from "../../../../src/output/stats/stats.ts";
import type { Occupancy } from "../../../../src/reader/occupancy.ts";
import type { RingUse } from "../../../../src/reader/ring-use.ts";
import type { MapInfo } from "../../../../src/sys/info.ts";
import { fakeMap } from "../../../helpers/fake-kernel.ts";

/** The measurements of a hash map with 25 of 100 entries, but for what is given. */
export function statsOf(
  occupancy: Partial<Occupancy> = {},
  info: Partial<MapInfo> = {},
  more: Partial<Pick<MeasuredMap, "memlock" | "growth">> = {},
): MeasuredMap {
  const base: Occupancy = { entries: 25, whenFull: "refuses", preallocated: true, mode: "batch", report: undefined };
  return {
    info: { ...fakeMap(0).info, id: 7, name: "conns", maxEntries: 100, ...info },
    memlock: 4096,
    occupancy: { ...base, ...occupancy },
    ...more,
  };
}

/** Half a ring that was read before. */
export const HALF_RING: RingUse = { size: 128, pending: 64, ratio: 0.5, isFull: false, consumed: 128n };
