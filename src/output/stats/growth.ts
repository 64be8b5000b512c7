import type { Growth, MapStats } from "./stats.ts";

/** The number of measurements that growth is computed over. */
const WINDOW = 10;

/** The number of entries at a moment. */
export interface Sample {
  /** Milliseconds. */
  readonly at: number;
  readonly entries: number;
}

/** Tracks the growth of maps by their ids. */
export class GrowthMeter {
  #samples = new Map<number, readonly Sample[]>();

  /** Adds a measurement of all maps, made at `at` milliseconds, and returns it with the growth of each map. */
  add(at: number, all: readonly MapStats[]): MapStats[] {
    // Maps that are gone are forgotten.
    const samples = new Map<number, readonly Sample[]>();
    const measured = all.map((stats) => {
      const { info, occupancy } = stats;
      if (occupancy.entries === undefined) return stats;
      const known = [...(this.#samples.get(info.id) ?? []), { at, entries: occupancy.entries }].slice(-WINDOW);
      samples.set(info.id, known);
      const growth = growthBetween(known, stats);
      return growth === undefined ? stats : { ...stats, growth };
    });
    this.#samples = samples;
    return measured;
  }
}

/** The growth from the first to the last of some samples of a map; undefined for less than two moments. */
export function growthBetween(samples: readonly Sample[], { info, occupancy }: MapStats): Growth | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.at <= first.at) return undefined;
  const perSecond = ((last.entries - first.entries) * 1000) / (last.at - first.at);
  const fills = occupancy.whenFull === "refuses" && perSecond > 0 && last.entries < info.maxEntries;
  return { perSecond, fullIn: fills ? (info.maxEntries - last.entries) / perSecond : undefined };
}
