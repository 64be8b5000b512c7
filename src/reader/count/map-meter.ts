import type { MapInfo } from "../../sys/info.ts";
import type { Kernel } from "../../sys/kernel.ts";
import { kernelSizes } from "../kernel-sizes.ts";
import type { MapSource } from "../map-source.ts";
import { isCountedByMemlock } from "../memlock-entries.ts";
import { measureOccupancy, type Occupancy } from "../occupancy.ts";
import { exactCost } from "./bucket-sample.ts";

/** The measurements of a map at one time. */
export interface MapMeasure {
  readonly info: MapInfo;
  /** The bytes of kernel memory; undefined if the kernel or the snapshot does not say. */
  readonly memlock: number | undefined;
  readonly occupancy: Occupancy;
  /** Milliseconds since the entries were counted, if that was not in this round: there was no time for this map. */
  readonly age?: number;
}

/** The least time in which counting a large map tells anything, in milliseconds. */
const LEAST_MS = 0.4;
/** The time of a map that is not known yet. */
const FIRST_MS = 2;
/** The time of two system calls, for each key of a map without batch lookup. */
const KEY_MS = 0.003;

interface Known {
  readonly occupancy: Occupancy;
  readonly at: number;
  /** About how many milliseconds it takes to count all entries; 0 where nothing is read. */
  readonly cost: number;
}

/**
 * Measures maps round after round within a share of the CPU. Maps whose entries must be read to be counted divide the
 * time: small ones are counted exactly, and what they leave goes to large ones, which are sampled. Where the time is
 * too short for all, each round counts some of them in turn. Memory is one record for each map.
 */
export class MapMeter {
  readonly #kernel: Kernel;
  readonly #clock: () => number;
  #budget: number;
  #known = new Map<number, Known>();
  #next = new Map<number, Known>();
  #level: number;
  /** The maps that are left out of this round, by their ids. */
  #waiting = new Set<number>();
  #turn = 0;

  /** `budget`: the milliseconds that the reads of a round may take. Infinity to count all entries of all maps. */
  constructor(kernel: Kernel, clock: () => number, budget: number) {
    this.#kernel = kernel;
    this.#clock = clock;
    this.#budget = budget;
    this.#level = Math.min(FIRST_MS, budget);
  }

  /**
   * Begins a round: divides the time by what the last one found. `budget` is that of this round and those behind it.
   */
  begin(budget: number = this.#budget): void {
    this.#budget = budget;
    // Maps that are gone are forgotten.
    this.#known = this.#next;
    this.#next = new Map();
    this.#waiting = new Set();
    const read = [...this.#known].filter(([, { cost }]) => cost > 0);
    if (read.length === 0) return;
    this.#level = levelOf(
      read.map(([, { cost }]) => cost),
      this.#budget,
    );
    if (this.#level >= LEAST_MS) return;
    this.#level = LEAST_MS;
    this.#waiting = this.#others(read);
  }

  /** Measures a map of this round. `exactly` counts all entries, however long that takes. */
  async measure(map: MapSource, exactly = false): Promise<MapMeasure> {
    const { info } = map;
    const line = map.fdinfo.memlock;
    const memlock = /^\d+/.exec(line ?? "")?.[0];
    const facts = { info, memlock: memlock === undefined ? undefined : Number(memlock) };
    const known = this.#waiting.has(info.id) && !exactly ? this.#known.get(info.id) : undefined;
    const at = this.#clock();
    if (known !== undefined) {
      this.#next.set(info.id, known);
      return { ...facts, occupancy: known.occupancy, age: at - known.at };
    }
    // Looked up once: from then on memory tells the entries of the smallest hash, too.
    if (map.countFromMemlock !== undefined && isCountedByMemlock(info)) kernelSizes(this.#kernel);
    const isBounded = Number.isFinite(this.#budget) && !exactly;
    const budget = isBounded ? { milliseconds: this.#level, clock: this.#clock } : undefined;
    const occupancy = await measureOccupancy(map, budget, line);
    this.#next.set(info.id, { occupancy, at, cost: costOf(info, occupancy) });
    return { ...facts, occupancy };
  }

  /** All but as many maps as the time suffices for, the next ones in turn. */
  #others(read: readonly (readonly [number, Known])[]): Set<number> {
    const room = Math.max(1, Math.floor(this.#budget / LEAST_MS));
    const start = this.#turn % read.length;
    this.#turn += room;
    const isMine = (i: number): boolean => (i - start + read.length) % read.length < room;
    return new Set(read.filter((_, i) => !isMine(i)).map(([id]) => id));
  }
}

function costOf({ maxEntries }: MapInfo, { mode, entries = 0, report }: Occupancy): number {
  if (mode === "sample" || (mode === "batch" && report === undefined)) return exactCost(entries, maxEntries);
  return mode === "batch" || mode === "walk" ? (entries + 1) * KEY_MS : 0;
}

/** Returns the most time for each of these costs such that all together stay within the budget. */
export function levelOf(costs: readonly number[], budget: number): number {
  let left = budget;
  const sorted = [...costs].sort((a, b) => a - b);
  for (const [i, cost] of sorted.entries()) {
    const share = left / (sorted.length - i);
    if (cost >= share) return share;
    left -= cost;
  }
  return budget;
}
