import { EbpfMapError } from "../../errors.ts";
import { GrowthMeter } from "../../output/stats/growth.ts";
import type { MeasuredMap } from "../../output/stats/stats.ts";
import { visible } from "../../output/terminal/visible.ts";
import { MapMeter } from "../../reader/count/map-meter.ts";
import { Interrupted, interruptibleMap, Turns } from "../../sdk/machine/interruptible.ts";
import { findPins } from "../../sys/pins.ts";
import { seenMaps, type VisibleMaps } from "../maps/seen-maps.ts";
import type { MapSummary, MapsFrame } from "../page/contract.ts";
import { mapSummary } from "../page/summary.ts";
import type { OwnerNames } from "../scrape/owner-names.ts";
import type { FeedWork } from "./shared-feed.ts";

/** The options with which the list of maps is made. */
export interface MapsWorkOptions {
  readonly view: VisibleMaps;
  readonly owners: OwnerNames;
  readonly clock: () => number;
  readonly now: () => Date;
  /** The share of a CPU for counting entries; Infinity to count all of them. */
  readonly cpuShare: number;
}

/** Milliseconds from one list to the next, and from one look for pins to the next. */
const EVERY_MS = 2000;
const PINS_EVERY_MS = 10_000;
/** The samples that are kept: five minutes. */
const SAMPLES = 150;

/** Measures all maps for the page. */
export class MapsWork implements FeedWork {
  readonly #options: MapsWorkOptions;
  readonly #meter: MapMeter;
  readonly #growth: GrowthMeter = new GrowthMeter();
  #samples: { readonly time: number; readonly entries: ReadonlyMap<number, number> }[] = [];
  #maps: readonly MapSummary[] = [];
  #pins = new Map<number, string[]>();
  #pinsDue = Number.NEGATIVE_INFINITY;
  #why: string | null = null;

  constructor(options: MapsWorkOptions) {
    this.#options = options;
    this.#meter = new MapMeter(options.view.kernel, options.clock, options.cpuShare * EVERY_MS);
  }

  /** Measures them once. */
  async once(signal: AbortSignal): Promise<number> {
    const { clock, now } = this.#options;
    const start = clock();
    try {
      const measured = this.#growth.add(start, await this.#measure(signal));
      await this.#options.owners.refresh();
      this.#findPins(start);
      this.#maps = measured.map((stats) => mapSummary(stats, this.#extras(stats)));
      this.#keepSample(now().getTime() / 1000);
      this.#why = null;
    } catch (error) {
      if (error instanceof Interrupted || !(error instanceof EbpfMapError)) throw error;
      this.#why = visible(error.message);
    }
    return Math.max(EVERY_MS - (clock() - start), EVERY_MS / 2);
  }

  /** The maps now, with the samples of the last minutes or the last one alone. */
  frame(samples: "all" | "last"): MapsFrame {
    const kept = samples === "all" ? this.#samples : this.#samples.slice(-1);
    return {
      maps: this.#maps,
      why: this.#why,
      times: kept.map(({ time }) => time),
      entries: Object.fromEntries(this.#maps.map(({ id }) => [id, kept.map(({ entries }) => entries.get(id) ?? null)])),
    };
  }

  /** The present fill of a map, and what uses it; undefined for one that isn't known yet. */
  of(id: number): MapSummary | undefined {
    return this.#maps.find((map) => map.id === id);
  }

  async #measure(signal: AbortSignal): Promise<MeasuredMap[]> {
    const turns = new Turns(() => signal.aborted, this.#options.clock);
    const all: MeasuredMap[] = [];
    this.#meter.begin();
    for (const map of seenMaps(this.#options.view)) {
      await turns.take();
      all.push(await this.#meter.measure(interruptibleMap(map, turns)));
    }
    return all;
  }

  #extras({ info }: MeasuredMap): { pins: readonly string[]; owner: string } {
    return { pins: this.#pins.get(info.id) ?? [], owner: this.#options.owners.of(info.id) };
  }

  #findPins(now: number): void {
    if (now < this.#pinsDue) return;
    this.#pinsDue = now + PINS_EVERY_MS;
    const { kernel, mounts } = this.#options.view;
    this.#pins = new Map();
    for (const { mapId, path } of pinsOrNone(() => findPins(kernel, mounts)))
      this.#pins.set(mapId, [...(this.#pins.get(mapId) ?? []), path]);
  }

  #keepSample(time: number): void {
    const entries = new Map(
      this.#maps.flatMap((map) => (map.entries === null ? [] : [[map.id, map.entries] as const])),
    );
    this.#samples = [...this.#samples, { time, entries }].slice(-SAMPLES);
  }
}

function pinsOrNone(find: () => ReturnType<typeof findPins>): ReturnType<typeof findPins> {
  try {
    return find();
  } catch (error) {
    if (error instanceof EbpfMapError) return [];
    throw error;
  }
}
