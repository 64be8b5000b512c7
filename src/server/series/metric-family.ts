import { slotEnd } from "../../output/hist/hist-scale.ts";
import type { MetricSpec } from "../config/metric-spec.ts";
import { inBaseUnit } from "../config/units.ts";
import type { Family, MetricSample } from "../text/family.ts";
import { canonicalNumber } from "../text/number-text.ts";
import { FIRST_BUCKET, SUM_SLOT } from "./compiled-metric.ts";
import { addExactly } from "./exact-sum.ts";
import { type Bounded, bounded, type SeriesTable } from "./series-table.ts";

/** A metric as it is served, and how many label sets were added up in its series `other`. */
export interface BoundedFamily {
  readonly family: Family;
  readonly others: number;
}

/** Makes the series of a metric from what a scrape found. `slots`: those of a histogram that are always there. */
export function metricFamily(spec: MetricSpec, table: SeriesTable, slots: number): BoundedFamily {
  const { name, type, help } = spec;
  const found = bounded(table, spec.maxSeries);
  const samples = type === "histogram" ? histogramSamples(spec, table, found, slots) : plainSamples(spec, table, found);
  const hasSum = type === "histogram" && spec.sum !== undefined;
  return { family: { name, kind: type, help, samples, ...(hasSum && { hasSum }) }, others: found.others };
}

/** The labels of a series, and its number in each slot. */
type Series = readonly [labels: string, numberIn: (slot: number) => number | bigint];

/**
 * The series that stay, in the order of the map, which is the same from scrape to scrape, and the one of all others.
 */
function* seriesOf({ labels, perCpu }: MetricSpec, table: SeriesTable, { stays, other }: Bounded): Generator<Series> {
  let row = 0;
  const inRow = (slot: number): number | bigint => table.at(row, slot);
  for (const [text, number] of table.rows) {
    row = number;
    if (stays === undefined || stays[row] === 1) yield [text, inRow];
  }
  if (other === undefined) return;
  const names = [...labels.map(({ name }) => name), ...(perCpu === "each" ? ["cpu"] : [])];
  yield [names.map((name) => `${name}="other"`).join(","), (slot) => other[slot] ?? 0];
}

/** Samples are made when they are written: all at once would be as many objects as series. */
function madeAnew(make: () => Iterator<MetricSample>): Iterable<MetricSample> {
  return { [Symbol.iterator]: make };
}

function plainSamples(spec: MetricSpec, table: SeriesTable, found: Bounded): Iterable<MetricSample> {
  return madeAnew(function* () {
    for (const [labels, numberIn] of seriesOf(spec, table, found)) {
      yield { suffix: "", labels, value: inBaseUnit(numberIn(0), spec.unit) };
    }
  });
}

function histogramSamples(spec: MetricSpec, table: SeriesTable, found: Bounded, slots: number): Iterable<MetricSample> {
  const buckets = Math.max(slots, table.slots - FIRST_BUCKET, (found.other?.length ?? 0) - FIRST_BUCKET);
  const ends = bucketEnds(spec, buckets);
  return madeAnew(function* () {
    for (const [labels, numberIn] of seriesOf(spec, table, found)) {
      const comma = labels === "" ? "" : `${labels},`;
      let count: number | bigint = 0;
      for (let slot = 0; slot < buckets; slot++) {
        count = addExactly(count, numberIn(FIRST_BUCKET + slot));
        const end = ends[slot];
        if (end !== undefined) yield { suffix: "_bucket", labels: `${comma}le="${end}"`, value: count };
      }
      yield { suffix: "_bucket", labels: `${comma}le="+Inf"`, value: count };
      if (spec.sum !== undefined) yield { suffix: "_sum", labels, value: inBaseUnit(numberIn(SUM_SLOT), spec.unit) };
      yield { suffix: "_count", labels, value: count };
    }
  });
}

/** The largest value of each bucket, as `le` has it; undefined for what is only in +Inf. */
function bucketEnds({ scale, unit }: MetricSpec, buckets: number): (string | undefined)[] {
  return Array.from({ length: buckets }, (_, slot) => {
    const end = slotEnd(scale, slot);
    return end === undefined ? undefined : canonicalNumber(Number(inBaseUnit(Number(end), unit)));
  });
}
