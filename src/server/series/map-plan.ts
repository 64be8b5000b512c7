import { mapEntryTypes } from "../../output/rows/map-entry-types.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { layoutFingerprint } from "../../schema/fingerprint.ts";
import { type LiveClock, queryClock } from "../../sdk/machine/query-clock.ts";
import { renderContext } from "../../sdk/machine/render-context.ts";
import type { MetricSpec } from "../config/metric-spec.ts";
import { type CompiledMetric, compileMetric } from "./compiled-metric.ts";

/** The plan for the entries of a map. A map keeps its layout as long as it is there, so a plan stays right. */
export interface MapPlan {
  /** By the layout of keys and values. */
  readonly fingerprint: string;
  readonly metrics: readonly PlannedMetric[];
}

export interface PlannedMetric {
  readonly spec: MetricSpec;
  /** The error with which it doesn't fit the map. */
  readonly compiled: CompiledMetric | Error;
}

/** Compiles the metrics that take a map. */
export function planMap(map: MapSource, specs: readonly MetricSpec[], live: LiveClock): MapPlan {
  const { entryTypes } = mapEntryTypes(map);
  const { info, shape } = map;
  const input = { entryTypes, shape, info, render: renderContext(live.origin, map.origin), clock: queryClock(live) };
  const metrics = specs.map((spec): PlannedMetric => ({ spec, compiled: orError(() => compileMetric(spec, input)) }));
  return { fingerprint: layoutFingerprint(entryTypes.key, entryTypes.value), metrics };
}

function orError<Value>(make: () => Value): Value | Error {
  try {
    return make();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}
