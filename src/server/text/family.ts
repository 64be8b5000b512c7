/** The kind of a metric, in OpenMetrics' words. The older text format has no info: it is a gauge there. */
export type FamilyKind = "counter" | "gauge" | "histogram" | "summary" | "info";

/** One line of a metric. */
export interface MetricSample {
  /** The suffix of the metric's name: `_bucket`, `_sum`; "" for most. */
  readonly suffix: string;
  /** The labels as they are written, without braces: `proto="tcp",state="open"`; "" for none. */
  readonly labels: string;
  /** A bigint keeps all of its digits. */
  readonly value: number | bigint;
}

/** A metric: all series of one name. */
export interface Family {
  /** The name as users write it: a counter's ends in `_total`, an info's in `_info`. */
  readonly name: string;
  readonly kind: FamilyKind;
  readonly help: string;
  /** Can be gone through again, for another format. */
  readonly samples: Iterable<MetricSample>;
  /** Of a histogram: its samples have a sum. OpenMetrics wants a count only beside one. */
  readonly hasSum?: boolean;
}

/** A metric of a single series without labels. */
export function single(name: string, kind: "counter" | "gauge", help: string, value: number | bigint): Family {
  return { name, kind, help, samples: [{ suffix: "", labels: "", value }] };
}
