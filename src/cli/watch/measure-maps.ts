import type { MapStats } from "../../output/stats/stats.ts";
import { MapMeter } from "../../reader/count/map-meter.ts";
import { allMaps } from "../../reader/find.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { openFailure } from "../maps/bpftool-answers.ts";
import { type MapFinder, selectMaps } from "../maps/select-maps.ts";
import { interruptibleMap, type Turns } from "../reads/interruptible.ts";

/** The maps to measure: two words for each, or none for all of this kernel. */
export interface MeasuredMaps {
  readonly words: readonly string[];
  readonly finder: MapFinder;
}

/** The time that a measurement may take: milliseconds of reading, Infinity to count all entries. */
export interface MeasureTime {
  readonly clock: () => number;
  readonly budget: number;
}

/** Measures maps, time and again. */
export class MapsMeasurer {
  readonly #maps: MeasuredMaps;
  readonly #meter: MapMeter;

  constructor(maps: MeasuredMaps, { clock, budget }: MeasureTime) {
    this.#maps = maps;
    this.#meter = new MapMeter(maps.finder.kernel, clock, budget);
  }

  /** Measures all maps. `seen` is told of each, open. Throws Interrupted where `turns` say so. */
  async measure(seen: (map: MapSource, stats: MapStats) => void, turns?: Turns): Promise<MapStats[]> {
    const all: MapStats[] = [];
    this.#meter.begin();
    for await (const map of mapsOf(this.#maps)) {
      await turns?.take();
      const stats = await this.#meter.measure(turns === undefined ? map : interruptibleMap(map, turns));
      seen(map, stats);
      all.push(stats);
    }
    return all;
  }

  /** Counts all entries of one map; undefined if it is gone. */
  async measureExactly(id: number, turns: Turns): Promise<MapStats | undefined> {
    for await (const map of mapsOf(this.#maps)) {
      if (map.info.id === id) return await this.#meter.measure(interruptibleMap(map, turns), true);
    }
    return undefined;
  }
}

/** Yields open maps, which the caller does not dispose of. */
async function* mapsOf({ words, finder }: MeasuredMaps): AsyncGenerator<MapSource> {
  for (let i = 0; i < words.length; i += 2) {
    using selected = await selectMaps(words.slice(i, i + 2), finder, undefined);
    yield* selected.maps;
  }
  if (words.length > 0) return;
  try {
    for (const map of allMaps(finder.kernel)) {
      using open = map;
      yield open;
    }
  } catch (error) {
    throw openFailure(error, "all", finder.dialect);
  }
}
