import type { Growth, MeasuredMap } from "./stats.ts";

/** The number of measurements that growth is computed over. */
const WINDOW = 10;

/** The number of entries at a moment. */
export interface CountSample {
  /** Milliseconds. */
  readonly at: number;
  readonly entries: number;
  /** By how many entries an estimate may be wrong. */
  readonly error?: number;
}

/** Tracks the growth of maps by their ids. */
export class GrowthMeter {
  #samples = new Map<number, readonly CountSample[]>();

  /** Adds a measurement of all maps, made at `at` milliseconds, and returns it with the growth of each map. */
  add(at: number, all: readonly MeasuredMap[]): MeasuredMap[] {
    // Maps that are gone are forgotten.
    const samples = new Map<number, readonly CountSample[]>();
    const measured = all.map((stats) => {
      const before = this.#samples.get(stats.info.id) ?? [];
      const known = [...before, ...sampleOf(at, stats)].slice(-WINDOW);
      samples.set(stats.info.id, known);
      const growth = growthBetween(known, stats);
      return growth === undefined ? stats : { ...stats, growth };
    });
    this.#samples = samples;
    return measured;
  }
}

/**
 * The sample of a measurement; none if its entries are unknown, were counted earlier, or are more than those counted.
 */
function sampleOf(at: number, { occupancy, age }: MeasuredMap): CountSample[] {
  const { entries, estimate } = occupancy;
  if (entries === undefined || age !== undefined || estimate?.kind === "at-least") return [];
  return [estimate === undefined ? { at, entries } : { at, entries, error: estimate.error }];
}

/**
 * The growth from the first to the last of some samples of a map; undefined for less than two moments, and where
 * estimates differ by no more than they may be wrong.
 */
export function growthBetween(samples: readonly CountSample[], { info, occupancy }: MeasuredMap): Growth | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.at <= first.at) return undefined;
  const uncertain = Math.hypot(first.error ?? 0, last.error ?? 0);
  if (uncertain > 0 && Math.abs(last.entries - first.entries) <= uncertain) return undefined;
  const perSecond = ((last.entries - first.entries) * 1000) / (last.at - first.at);
  const fills = occupancy.whenFull === "refuses" && perSecond > 0 && last.entries < info.maxEntries;
  return { perSecond, fullIn: fills ? (info.maxEntries - last.entries) / perSecond : undefined };
}
