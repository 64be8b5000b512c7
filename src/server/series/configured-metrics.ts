import { EbpfMapError } from "../../errors.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { readError, valuesError } from "../../reader/read-error.ts";
import { Interrupted, interruptibleMap } from "../../sdk/machine/interruptible.ts";
import type { LiveClock } from "../../sdk/machine/query-clock.ts";
import type { MetricSpec } from "../config/metric-spec.ts";
import { MOST_SERIES } from "../config/read-config.ts";
import type { Problems } from "../log/logger.ts";
import { seenMaps, type VisibleMaps } from "../maps/seen-maps.ts";
import type { ReadTotals } from "../scrape/read-totals.ts";
import type { Collector, Round } from "../scrape/round.ts";
import type { Family } from "../text/family.ts";
import { labelText } from "../text/labels.ts";
import type { CompiledMetric } from "./compiled-metric.ts";
import { type MapPlan, planMap } from "./map-plan.ts";
import { metricFamily } from "./metric-family.ts";
import { metricMaps } from "./metric-maps.ts";
import { SeriesTable } from "./series-table.ts";

/** The parts that the metrics of a configuration need. */
export interface ConfiguredParts {
  readonly specs: readonly MetricSpec[];
  readonly view: VisibleMaps;
  readonly totals: ReadTotals;
  readonly problems: Problems;
  readonly live: LiveClock;
}

/** The findings of a scrape for a metric. */
interface Found {
  table: SeriesTable;
  slots: number;
  maps: number;
  failing: number;
}

type Fitting = { readonly spec: MetricSpec; readonly compiled: CompiledMetric };

/** The metrics of a configuration. Each map is read once a scrape, however many metrics take it. */
export class ConfiguredMetrics implements Collector {
  readonly #parts: ConfiguredParts;
  #plans = new Map<number, MapPlan>();
  /** The layout that the maps of a metric had last, by the metric and the map's name. */
  readonly #layouts = new Map<string, string>();
  readonly #drifts: Map<string, number>;

  constructor(parts: ConfiguredParts) {
    this.#parts = parts;
    this.#drifts = new Map(parts.specs.map(({ name }) => [name, 0]));
  }

  async collect(round: Round): Promise<readonly Family[]> {
    const { specs, view } = this.#parts;
    const found = new Map(specs.map((spec): [MetricSpec, Found] => [spec, noneFound()]));
    const metricsOf = metricMaps(specs, view);
    const plans = new Map<number, MapPlan>();
    for (const map of seenMaps(view)) {
      const takers = metricsOf(map);
      if (takers.length === 0) continue;
      const plan = this.#plans.get(map.info.id) ?? this.#newPlan(map, takers);
      plans.set(map.info.id, plan);
      await this.#readMap(map, plan, found, round);
    }
    this.#plans = plans;
    return [...this.#families(found)];
  }

  #newPlan(map: MapSource, takers: readonly MetricSpec[]): MapPlan {
    const plan = planMap(map, takers, this.#parts.live);
    for (const { spec } of plan.metrics) this.#compareLayout(spec, map, plan.fingerprint);
    return plan;
  }

  /** Says that a map came in the place of another that had a different layout. */
  #compareLayout({ name }: MetricSpec, { info, label }: MapSource, fingerprint: string): void {
    const key = `${name} ${info.name}`;
    const before = this.#layouts.get(key);
    this.#layouts.set(key, fingerprint);
    if (before === undefined || before === fingerprint) return;
    this.#drifts.set(name, (this.#drifts.get(name) ?? 0) + 1);
    const { problems } = this.#parts;
    problems.log("warn", "the layout of a map has changed", { metric: name, map: label, before, now: fingerprint });
  }

  async #readMap(map: MapSource, plan: MapPlan, found: ReadonlyMap<MetricSpec, Found>, round: Round): Promise<void> {
    const fitting: Fitting[] = [];
    for (const { spec, compiled } of plan.metrics) {
      if (!(compiled instanceof Error)) fitting.push({ spec, compiled });
      else this.#fail(found.get(spec), spec, map, compiled.message);
    }
    if (fitting.length === 0) return;
    const failure = await this.#tryRead(map, fitting, found, round);
    for (const { spec } of fitting) {
      if (failure !== undefined) this.#fail(found.get(spec), spec, map, failure);
      else
        this.#parts.problems.end(problemOf(spec, map), "a metric is right again", {
          metric: spec.name,
          map: map.label,
        });
    }
  }

  #fail(found: Found | undefined, spec: MetricSpec, map: MapSource, reason: string): void {
    if (found !== undefined) found.failing += 1;
    const fields = { metric: spec.name, map: map.label, reason };
    this.#parts.problems.begin(problemOf(spec, map), "a metric lacks a map", fields);
  }

  /** Reads a map into the tables of its metrics; returns the reason why it can't be. */
  async #tryRead(
    map: MapSource,
    fitting: readonly Fitting[],
    found: ReadonlyMap<MetricSpec, Found>,
    round: Round,
  ): Promise<string | undefined> {
    const { live, totals } = this.#parts;
    const total = totals.of(map.info.id);
    const start = live.clock();
    try {
      const { tables, isComplete, entries } = await readOnce(map, fitting, round);
      total.reads++;
      total.seconds += (live.clock() - start) / 1000;
      if (!isComplete) total.incomplete++;
      else round.counted.set(map.info.id, entries);
      for (const { spec, compiled } of fitting) addTo(found.get(spec), tables.get(spec), compiled.slots);
      return undefined;
    } catch (error) {
      if (error instanceof Interrupted) {
        total.incomplete++;
        return "the time of the scrape was up (--timeout)";
      }
      if (!(error instanceof EbpfMapError)) throw error;
      total.errors++;
      return error.message;
    }
  }

  *#families(found: ReadonlyMap<MetricSpec, Found>): Generator<Family> {
    const counts: { name: string; found: Found; others: number }[] = [];
    for (const [spec, one] of found) {
      // A sum without one of its maps would be a wrong number.
      const isWhole = one.failing === 0 || spec.labels.some(({ source }) => source.kind === "map");
      const { family, others } = metricFamily(spec, one.table, one.slots);
      if (isWhole) yield family;
      counts.push({ name: spec.name, found: one, others });
    }
    const each = (name: string, help: string, read: (one: (typeof counts)[number]) => number): Family => ({
      name,
      kind: name.endsWith("_total") ? "counter" : "gauge",
      help,
      samples: counts.map((one) => ({ suffix: "", labels: labelText({ metric: one.name }), value: read(one) })),
    });
    yield each("ebpf_map_metric_maps", "Maps that a metric of the configuration is made of.", (one) => one.found.maps);
    yield each(
      "ebpf_map_metric_failing_maps",
      "Maps that a metric lacks, for reasons in the log.",
      (one) => one.found.failing,
    );
    yield each(
      "ebpf_map_metric_other_series",
      "Label sets beyond max_series, which are one series.",
      ({ others }) => others,
    );
    yield each(
      "ebpf_map_metric_layout_changes_total",
      "Times a map of a metric came back with another layout.",
      ({ name }) => this.#drifts.get(name) ?? 0,
    );
  }
}

function noneFound(): Found {
  return { table: new SeriesTable(MOST_SERIES), slots: 0, maps: 0, failing: 0 };
}

function problemOf({ name }: MetricSpec, { info }: MapSource): string {
  return `map ${info.id} ${name}`;
}

function addTo(found: Found | undefined, table: SeriesTable | undefined, slots: number): void {
  if (found === undefined || table === undefined) return;
  if (found.maps === 0) found.table = table;
  else found.table.addAll(table);
  found.slots = Math.max(found.slots, slots);
  found.maps += 1;
}

interface MapRead {
  readonly tables: ReadonlyMap<MetricSpec, SeriesTable>;
  readonly isComplete: boolean;
  readonly entries: number;
}

/** Reads a map once for all of its metrics. Throws the error that ended the read early. */
async function readOnce(map: MapSource, fitting: readonly Fitting[], { turns }: Round): Promise<MapRead> {
  const tables = new Map(fitting.map(({ spec }) => [spec, new SeriesTable(MOST_SERIES)]));
  await turns.take();
  using source = interruptibleMap(map, turns).entries();
  let failed = 0;
  let lastErrno = 0;
  for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
    for (let i = 0; i < batch.count && batch.errnos !== undefined; i++) {
      const errno = batch.errnos[i] ?? 0;
      if (errno !== 0) failed += 1;
      if (errno !== 0) lastErrno = errno;
    }
    for (const { spec, compiled } of fitting) {
      const table = tables.get(spec);
      if (table !== undefined) await compiled.add(batch, table);
    }
  }
  const { report } = source;
  if (report.errno !== 0) throw readError(map, report);
  if (failed > 0 && failed === report.entries) throw valuesError(map, lastErrno);
  return { tables, isComplete: report.complete, entries: report.entries };
}
