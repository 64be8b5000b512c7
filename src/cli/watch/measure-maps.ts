import type { MeasuredMap, StatsOwner } from "../../output/stats/stats.ts";
import { MapMeter } from "../../reader/count/map-meter.ts";
import { allMaps } from "../../reader/find.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { interruptibleMap, type Turns } from "../../sdk/machine/interruptible.ts";
import { openFailure } from "../maps/bpftool-answers.ts";
import { type MapFinder, selectMaps } from "../maps/select-maps.ts";

/** The maps to measure: two words for each, or none for all of this kernel. */
export interface MeasuredMaps {
  readonly words: readonly string[];
  readonly finder: MapFinder;
  /** Tells who owns maps; undefined if nobody asks. */
  readonly owners?: OwnerLookup | undefined;
  /** The first measurement does without owners, so that it is there sooner. */
  readonly ownersLater?: boolean;
}

/** Looks up the owners of all maps as they are now. */
export type OwnerLookup = () => Promise<(id: number) => StatsOwner>;

/** The time that a measurement may take: milliseconds of reading, Infinity to count all entries. */
export interface MeasureTime {
  readonly clock: () => number;
  readonly budget: number;
  /** The least time between two look-ups of owners, in milliseconds. */
  readonly ownersEvery?: number;
}

/**
 * The time without look-ups of owners, as a multiple of the time that one took: on machines with many processes it
 * takes long.
 */
const OWNERS_REST = 200;

/** Measures maps, time and again. */
export class MapsMeasurer {
  readonly #maps: MeasuredMaps;
  readonly #meter: MapMeter;
  readonly #time: MeasureTime;
  #ownerOf: Awaited<ReturnType<OwnerLookup>> | undefined;
  #ownersDue = Number.NEGATIVE_INFINITY;
  #round = 0;

  constructor(maps: MeasuredMaps, time: MeasureTime) {
    this.#maps = maps;
    this.#time = time;
    this.#meter = new MapMeter(maps.finder.kernel, time.clock, time.budget);
  }

  /** Measures all maps. `seen` is told of each, open. Throws Interrupted where `turns` say so. */
  async measure(seen: (map: MapSource, stats: MeasuredMap) => void, turns?: Turns): Promise<MeasuredMap[]> {
    const all: MeasuredMap[] = [];
    await this.#findOwners();
    this.#meter.begin();
    for await (const map of mapsOf(this.#maps)) {
      await turns?.take();
      const measured = await this.#meter.measure(turns === undefined ? map : interruptibleMap(map, turns));
      const stats = this.#owned(measured);
      seen(map, stats);
      all.push(stats);
    }
    return all;
  }

  /** Counts all entries of one map; undefined if it is gone. */
  async measureExactly(id: number, turns: Turns): Promise<MeasuredMap | undefined> {
    for await (const map of mapsOf(this.#maps)) {
      if (map.info.id === id) return this.#owned(await this.#meter.measure(interruptibleMap(map, turns), true));
    }
    return undefined;
  }

  #owned(stats: MeasuredMap): MeasuredMap {
    return this.#ownerOf === undefined ? stats : { ...stats, owner: this.#ownerOf(stats.info.id) };
  }

  async #findOwners(): Promise<void> {
    const { clock, ownersEvery = 0 } = this.#time;
    const { owners, ownersLater = false } = this.#maps;
    const isFirst = this.#round++ === 0;
    const start = clock();
    if (owners === undefined || start < this.#ownersDue || (isFirst && ownersLater)) return;
    this.#ownerOf = await owners();
    this.#ownersDue = start + Math.max(ownersEvery, (clock() - start) * OWNERS_REST);
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
