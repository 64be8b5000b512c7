import { EbpfMapError } from "../../errors.ts";
import { isCountable, mapTypeText } from "../../output/stats/stats.ts";
import { type MapMeasure, MapMeter } from "../../reader/count/map-meter.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { type Occupancy, whenFull } from "../../reader/occupancy.ts";
import { Interrupted, interruptibleMap } from "../../sdk/machine/interruptible.ts";
import { errnoName } from "../../sys/errno.ts";
import type { Problems } from "../log/logger.ts";
import { seenMaps, type VisibleMaps } from "../maps/seen-maps.ts";
import type { Family, MetricSample } from "../text/family.ts";
import { labelText } from "../text/labels.ts";
import type { OwnerNames } from "./owner-names.ts";
import type { ReadTotal, ReadTotals } from "./read-totals.ts";
import type { Collector, Round } from "./round.ts";

/** The parts that the metrics of all maps need. */
export interface DefaultMetricsParts {
  readonly view: VisibleMaps;
  readonly totals: ReadTotals;
  readonly owners: OwnerNames;
  readonly problems: Problems;
  /** Milliseconds of a monotonic clock. */
  readonly clock: () => number;
  /** The share of one CPU that counting entries may take; Infinity to count all. */
  readonly cpuShare: number;
}

/** A map of a round, with what could be found out in it. */
interface Measured {
  readonly labels: string;
  readonly info: MapSource["info"];
  readonly owner: string;
  readonly memory: number | undefined;
  /** Undefined where counting failed, or the time was up. */
  readonly occupancy: Occupancy | undefined;
  /** Undefined where nothing is known that is right. */
  readonly entries: number | undefined;
  readonly total: Readonly<ReadTotal>;
}

/** A round's budget covers this much time at least and at most, in milliseconds. */
const LEAST_SPAN_MS = 1000;
const MOST_SPAN_MS = 60_000;

/** The metrics that every map has. Counting takes a share of the time between two scrapes. */
export class DefaultMetrics implements Collector {
  readonly #parts: DefaultMetricsParts;
  readonly #meter: MapMeter;
  #last: number | undefined;

  constructor(parts: DefaultMetricsParts) {
    this.#parts = parts;
    this.#meter = new MapMeter(parts.view.kernel, parts.clock, this.#budget(LEAST_SPAN_MS));
  }

  async collect(round: Round): Promise<readonly Family[]> {
    const { clock, view, owners, totals, problems } = this.#parts;
    const now = clock();
    this.#meter.begin(this.#budget(now - (this.#last ?? now)));
    this.#last = now;
    await owners.refresh();
    const measured: Measured[] = [];
    for (const map of seenMaps(view)) measured.push(await this.#measure(map, round));
    const ids = new Set(measured.map(({ info }) => info.id));
    totals.retain((id) => ids.has(id));
    problems.forget((what) => what.startsWith("map ") && !ids.has(Number(what.split(" ")[1])));
    return families(measured);
  }

  #budget(span: number): number {
    return this.#parts.cpuShare * Math.min(MOST_SPAN_MS, Math.max(LEAST_SPAN_MS, span));
  }

  async #measure(map: MapSource, round: Round): Promise<Measured> {
    const { info } = map;
    const { owners, totals } = this.#parts;
    const total = totals.of(info.id);
    const labels = labelText({ id: String(info.id), name: info.name });
    const facts = { labels, info, owner: owners.of(info.id), total };
    const counted = round.counted.get(info.id);
    const measure = counted === undefined ? await this.#count(map, round, total) : undefined;
    const { occupancy, memlock: memory = memoryOf(map) } = measure ?? {};
    return { ...facts, memory, occupancy, entries: counted ?? knownEntries(occupancy) };
  }

  /** Counts the entries of a map; undefined where that fails, which is counted, too. */
  async #count(map: MapSource, { turns }: Round, total: ReadTotal): Promise<MapMeasure | undefined> {
    const { clock, problems } = this.#parts;
    const what = `map ${map.info.id}`;
    const start = clock();
    try {
      await turns.take();
      const measure = await this.#meter.measure(interruptibleMap(map, turns));
      const failure = countRead(measure, (clock() - start) / 1000, total);
      const fields = { map: map.label };
      if (failure === undefined) problems.end(what, "map can be counted again", fields);
      else problems.begin(what, "map can't be counted", { ...fields, reason: failure });
      return measure;
    } catch (error) {
      if (error instanceof Interrupted) {
        total.incomplete++;
        return undefined;
      }
      if (!(error instanceof EbpfMapError)) throw error;
      total.errors++;
      problems.begin(what, "map can't be counted", { map: map.label, reason: error.message });
      return undefined;
    }
  }
}

/** Counts what a measurement tells of its read, if it took one, and returns the reason why it failed. */
function countRead(measure: MapMeasure, seconds: number, total: ReadTotal): string | undefined {
  const { mode, report, estimate } = measure.occupancy;
  if (measure.age !== undefined || mode === "info" || mode === "memlock") return undefined;
  total.reads++;
  total.seconds += seconds;
  const failure = failureOf(measure);
  if (failure !== undefined) total.errors++;
  else if (report?.stop !== undefined || estimate?.kind === "at-least") total.incomplete++;
  return failure;
}

/** The reason why a map's entries couldn't be counted. Maps whose entries nobody can count have none. */
function failureOf(measure: MapMeasure): string | undefined {
  const { report, error } = measure.occupancy;
  if (error !== undefined) return error.message;
  if (report === undefined || report.errno === 0 || !isCountable(measure)) return undefined;
  return `${errnoName(report.errno)} after ${report.entries} entries`;
}

/** The number of entries, exact or estimated; undefined for the number at which counting broke off. */
function knownEntries(occupancy: Occupancy | undefined): number | undefined {
  if (occupancy === undefined || occupancy.estimate?.kind === "at-least") return undefined;
  return occupancy.report?.stop === undefined ? occupancy.entries : undefined;
}

function memoryOf({ fdinfo }: MapSource): number | undefined {
  const digits = /^\d+/.exec(fdinfo.memlock ?? "")?.[0];
  return digits === undefined ? undefined : Number(digits);
}

type Value = number | bigint | undefined;

function families(maps: readonly Measured[]): Family[] {
  const each = (name: string, kind: Family["kind"], help: string, read: (map: Measured) => Value): Family => ({
    name,
    kind,
    help,
    samples: maps.flatMap((map) => {
      const value = read(map);
      return value === undefined ? [] : [{ suffix: "", labels: map.labels, value }];
    }),
  });
  const ring = ({ occupancy }: Measured): Occupancy["ring"] => occupancy?.ring;
  return [
    { name: "ebpf_map_info", kind: "info", help: "What a map is, and who uses it.", samples: maps.map(infoOf) },
    each("ebpf_map_entries", "gauge", "Entries, or used slots, of a map.", ({ entries }) => entries),
    each(
      "ebpf_map_entries_error",
      "gauge",
      "Of maps whose entries are estimated: with 95 % confidence the number is off by no more than this.",
      ({ occupancy }) => (occupancy?.estimate?.kind === "sampled" ? occupancy.estimate.error : undefined),
    ),
    each(
      "ebpf_map_max_entries",
      "gauge",
      "Room for entries; of a ring buffer, for bytes.",
      ({ info }) => info.maxEntries,
    ),
    each("ebpf_map_memory_bytes", "gauge", "Kernel memory of a map.", ({ memory }) => memory),
    {
      name: "ebpf_map_read_duration_seconds",
      kind: "summary",
      help: "Time that reads of a map took.",
      samples: maps.flatMap(durationOf),
    },
    each(
      "ebpf_map_read_incomplete_total",
      "counter",
      "Reads that ended before the end of a map.",
      ({ total }) => total.incomplete,
    ),
    each("ebpf_map_read_errors_total", "counter", "Reads of a map that failed.", ({ total }) => total.errors),
    each(
      "ebpf_map_ring_pending_bytes",
      "gauge",
      "Bytes in a ring buffer that nobody has read yet.",
      (map) => ring(map)?.pending,
    ),
    each(
      "ebpf_map_ring_consumed_bytes_total",
      "counter",
      "Bytes that were read from a ring buffer.",
      (map) => ring(map)?.consumed,
    ),
    each(
      "ebpf_map_ring_full",
      "gauge",
      "Whether a ring buffer has no room for another record, which is lost: 1 or 0.",
      (map) => {
        const use = ring(map);
        return use && Number(use.isFull);
      },
    ),
  ];
}

function infoOf({ info, labels, owner }: Measured): MetricSample {
  const facts = { type: mapTypeText(info), owner, when_full: whenFull(info) };
  return { suffix: "", labels: `${labels},${labelText(facts)}`, value: 1 };
}

function durationOf({ labels, total }: Measured): MetricSample[] {
  return [
    { suffix: "_sum", labels, value: total.seconds },
    { suffix: "_count", labels, value: total.reads },
  ];
}
