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
  const series = [...found.series, ...otherOf(spec, found)];
  const samples =
    type === "histogram"
      ? histogramSamples(spec, series, slots)
      : series.map(
          ([labels, [value = 0]]): MetricSample => ({ suffix: "", labels, value: inBaseUnit(value, spec.unit) }),
        );
  const hasSum = type === "histogram" && spec.sum !== undefined;
  return { family: { name, kind: type, help, samples, ...(hasSum && { hasSum }) }, others: found.others };
}

/** The series of all label sets that there is no room for. */
function otherOf({ labels, perCpu }: MetricSpec, { other }: Bounded): Bounded["series"] {
  if (other === undefined) return [];
  const names = [...labels.map(({ name }) => name), ...(perCpu === "each" ? ["cpu"] : [])];
  return [[names.map((name) => `${name}="other"`).join(","), other]];
}

function histogramSamples(spec: MetricSpec, series: Bounded["series"], slots: number): MetricSample[] {
  const buckets = series.reduce((most, [, numbers]) => Math.max(most, numbers.length - FIRST_BUCKET), slots);
  const ends = bucketEnds(spec, buckets);
  return series.flatMap(([labels, numbers]) => {
    const comma = labels === "" ? "" : `${labels},`;
    let count: number | bigint = 0;
    const samples: MetricSample[] = [];
    for (let slot = 0; slot < buckets; slot++) {
      count = addExactly(count, numbers[FIRST_BUCKET + slot] ?? 0);
      const end = ends[slot];
      if (end !== undefined) samples.push({ suffix: "_bucket", labels: `${comma}le="${end}"`, value: count });
    }
    samples.push({ suffix: "_bucket", labels: `${comma}le="+Inf"`, value: count });
    if (spec.sum !== undefined) {
      samples.push({ suffix: "_sum", labels, value: inBaseUnit(numbers[SUM_SLOT] ?? 0, spec.unit) });
    }
    samples.push({ suffix: "_count", labels, value: count });
    return samples;
  });
}

/** The largest value of each bucket, as `le` has it; undefined for what is only in +Inf. */
function bucketEnds({ scale, unit }: MetricSpec, buckets: number): (string | undefined)[] {
  return Array.from({ length: buckets }, (_, slot) => {
    const end = slotEnd(scale, slot);
    return end === undefined ? undefined : canonicalNumber(Number(inBaseUnit(Number(end), unit)));
  });
}
