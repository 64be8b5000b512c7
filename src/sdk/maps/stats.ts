import type { EbpfMapError } from "../../errors.ts";
import { growthBetween } from "../../output/stats/growth.ts";
import { type MeasuredMap as Measured, measureMap, ratioOf } from "../../output/stats/stats.ts";
import type { ReadReport } from "../../reader/entries.ts";
import type { Occupancy } from "../../reader/occupancy.ts";
import type { RingUse } from "../../reader/ring-use.ts";
import type { MapInfo } from "../../sys/info.ts";
import type { WhenFull } from "../../sys/map-types.ts";
import { mapTypeName } from "../../sys/map-types.ts";
import { checkOptions, isRecord, type OptionChecks, SIGNAL } from "../check-options.ts";
import { monotonicClock } from "../machine/here-and-now.ts";
import { interruptibleMap } from "../machine/interruptible.ts";
import { SignalTurns } from "../machine/signal-turns.ts";
import { checkRef, isGone, isRef, type MapRef, openRef } from "./map-ref.ts";

/** The statistics of a map: how full it is. */
export interface MapStats {
  /** The id of the map. */
  readonly id: number;
  /** The name, at most 15 bytes; "" for a map without one. */
  readonly name: string;
  /** The map's type as bpftool calls it. */
  readonly type: string;
  /** The map as messages name it: `map id 7 (conns)`. */
  readonly label: string;
  /** The kernel's `bpf_map_info` of the map. */
  readonly info: MapInfo;
  /** The moment of the measurement: milliseconds of a monotonic clock, of which only differences mean something. */
  readonly at: number;
  /** Entries, or used slots; undefined where user space can't count them, and for a ring buffer. */
  readonly entries: number | undefined;
  /** The most entries; of a ring buffer its bytes. */
  readonly maxEntries: number;
  /**
   * The share of the room that is used, 0 to 1; of a ring buffer, of its bytes; undefined without a limit or a count.
   */
  readonly ratio: number | undefined;
  /** The effect of one entry more: it is refused, evicts another, drops a record, or the number is fixed. */
  readonly whenFull: WhenFull;
  /** Memory for all entries was allocated when the map was made. */
  readonly preallocated: boolean;
  /** Bytes of kernel memory; undefined where the kernel or the snapshot doesn't say. */
  readonly memlock: number | undefined;
  /**
   * The method of counting: a way of reading the entries, "memlock" for their memory, "info" for maps whose entries are
   * always all there, "positions" for the bytes of a ring buffer.
   */
  readonly mode: Occupancy["mode"];
  /** True if the count is known to be right. */
  readonly complete: boolean;
  /**
   * The report of the read, where one was needed; its `errno` says why the kernel didn't let the entries be counted.
   */
  readonly report: Readonly<ReadReport> | undefined;
  /** The use of a ring buffer, in bytes. */
  readonly ring: RingUse | undefined;
  /** The reason why the bytes of a ring buffer, or the slots in use, can't be counted. */
  readonly error: EbpfMapError | undefined;
  /** The growth since the measurement of this map in `since`; undefined without one, or where either has no count. */
  readonly growth: MapGrowth | undefined;
}

/** The change in the number of entries. */
export interface MapGrowth {
  /** Entries a second; negative where the map shrinks. */
  readonly perSecond: number;
  /** Seconds until the map is full at that rate; undefined where it won't be, or one entry more isn't refused. */
  readonly fullIn: number | undefined;
}

/** Options of `stats`. */
export interface StatsOptions {
  /** Earlier results of `stats`, to compute growth from: those of the same maps, found by their ids. */
  readonly since?: MapStats | readonly MapStats[];
  /** Ends the measurement with ABORTED, whose `cause` is the signal's reason. */
  readonly signal?: AbortSignal;
}

const STATS_CHECKS: OptionChecks<StatsOptions> = {
  since: { expected: "what stats has given", accepts: (value) => [value].flat().every(isMeasurement) },
  signal: SIGNAL,
};

function isMeasurement(value: unknown): boolean {
  return isRecord(value) && typeof value.id === "number" && typeof value.at === "number";
}

/**
 * Measures how full maps are: resolves to the statistics of one map, or to those of a list such as `listMaps()` in its
 * order. A map whose memory tells its entries isn't read; others are counted in one pass. Of a list, maps that are gone
 * by then are left out. A map that can't be counted is no error: its `entries` are undefined, and `report` or `error`
 * say why.
 *
 * Throws USAGE at once for wrong options; the promise rejects with what `openMap` throws where a map can't be opened,
 * with what the list throws, with ABORTED, and with CLOSED for a reader that is closed.
 */
export function stats(map: MapRef, options?: StatsOptions): Promise<MapStats>;
/** Measures how full the maps of a list are; those that are gone by then are left out. */
export function stats(maps: Iterable<MapRef> | AsyncIterable<MapRef>, options?: StatsOptions): Promise<MapStats[]>;
export function stats(
  maps: MapRef | Iterable<MapRef> | AsyncIterable<MapRef>,
  options: StatsOptions = {},
): Promise<MapStats | MapStats[]> {
  checkOptions("measure maps", options, STATS_CHECKS);
  return isRef(maps) ? measure(maps, options) : measureAll(maps, options);
}

async function measureAll(maps: Iterable<MapRef> | AsyncIterable<MapRef>, options: StatsOptions): Promise<MapStats[]> {
  const all: MapStats[] = [];
  const turns = new SignalTurns("measure maps", options.signal);
  await turns.take();
  for await (const map of maps) {
    await turns.take();
    try {
      all.push(await measure(map, options));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return all;
}

async function measure(ref: MapRef, { since, signal }: StatsOptions): Promise<MapStats> {
  checkRef(ref);
  using map = await openRef(ref, { signal });
  const at = monotonicClock();
  const turns = new SignalTurns(`measure ${map.label}`, signal);
  await turns.take();
  const measured = await measureMap(interruptibleMap(map, turns));
  const before = [since ?? []].flat().find(({ id }) => id === map.info.id);
  return flat(measured, map.label, at, before);
}

function flat(measured: Measured, label: string, at: number, before: MapStats | undefined): MapStats {
  const { info, memlock, occupancy } = measured;
  const { entries, report, error, ring } = occupancy;
  const isSample = before?.entries !== undefined && entries !== undefined;
  const samples = isSample
    ? [
        { at: before.at, entries: before.entries },
        { at, entries },
      ]
    : [];
  return {
    id: info.id,
    name: info.name,
    type: mapTypeName(info.type) ?? String(info.type),
    label,
    info,
    at,
    entries,
    maxEntries: info.maxEntries,
    ratio: ratioOf(measured),
    whenFull: occupancy.whenFull,
    preallocated: occupancy.preallocated,
    memlock,
    mode: occupancy.mode,
    complete: report?.complete ?? error === undefined,
    report,
    ring,
    error,
    growth: growthBetween(samples, measured),
  };
}
