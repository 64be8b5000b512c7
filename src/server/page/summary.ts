import {
  accuracySign,
  errorName,
  isCountable,
  type MeasuredMap,
  mapTypeText,
  ratioOf,
} from "../../output/stats/stats.ts";
import { visible } from "../../output/terminal/visible.ts";
import type { MapSummary } from "./contract.ts";

/** The parts of a summary besides the measurements. */
export interface SummaryExtras {
  readonly pins: readonly string[];
  /** The programs and processes that use the map, in words; "" where nothing is known. */
  readonly owner: string;
}

/** A measured map as the page shows it. */
export function mapSummary(stats: MeasuredMap, { pins, owner }: SummaryExtras): MapSummary {
  const { info, memlock, occupancy, growth } = stats;
  const { ring } = occupancy;
  return {
    id: info.id,
    name: visible(info.name),
    type: mapTypeText(info),
    keySize: info.keySize,
    valueSize: info.valueSize,
    maxEntries: info.maxEntries,
    entries: occupancy.entries ?? null,
    accuracy: accuracySign(occupancy),
    ratio: ratioOf(stats) ?? null,
    whenFull: occupancy.whenFull,
    memory: memlock ?? null,
    growth: growth === undefined ? null : { perSecond: growth.perSecond, fullIn: growth.fullIn ?? null },
    ring: ring === undefined ? null : { size: ring.size, pending: ring.pending, isFull: ring.isFull },
    pins: pins.map(visible),
    owner: visible(owner),
    trouble: troubleOf(stats),
  };
}

function troubleOf(stats: MeasuredMap): string | null {
  const { occupancy } = stats;
  const { error, report } = occupancy;
  if (error !== undefined) return visible(error.message);
  const name = errorName(occupancy);
  if (name !== undefined && isCountable(stats)) return `its entries can't be counted (${name})`;
  if (report?.complete === false && name === undefined && occupancy.estimate === undefined)
    return "it changed while it was counted, so entries may be missing";
  return null;
}
