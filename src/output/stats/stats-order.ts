import type { Occupancy } from "../../reader/occupancy.ts";
import { isTroubled, type MeasuredMap, ratioOf } from "./stats.ts";

/** The rank of what happens when a map is full: what refuses or drops can hurt, an array is always full. */
const RANKS: Readonly<Record<Occupancy["whenFull"], number>> = { refuses: 0, drops: 0, evicts: 1, none: 2, fixed: 3 };

/** Compares maps by urgency: those in trouble first, then the fullest of those that can be too full. */
export function byUrgency(threshold: number): (a: MeasuredMap, b: MeasuredMap) => number {
  return (a, b) =>
    Number(isTroubled(b, threshold)) - Number(isTroubled(a, threshold)) ||
    RANKS[a.occupancy.whenFull] - RANKS[b.occupancy.whenFull] ||
    (ratioOf(b) ?? -1) - (ratioOf(a) ?? -1) ||
    a.info.id - b.info.id;
}
