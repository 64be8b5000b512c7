/**
 * Binds the metrics hook of readers to `prom-client`, which the program installs.
 *
 * @module
 */
import { Counter, Histogram, type Registry, register } from "prom-client";
import { EbpfMapError } from "../errors.ts";
import { combineHooks } from "./combine.ts";
import type { ErrorEvent, InvalidEvent, MetricsHook, PhaseEvent } from "./hook.ts";

/** Seconds: from one lookup to the read of a map of millions. */
const BUCKETS = [0.000_01, 0.000_1, 0.001, 0.01, 0.1, 0.5, 1, 5, 10];

/** Options of `promMetrics`. */
export interface PromOptions {
  /** One registry or several, each of which counts everything: prom-client's own default registry unless given. */
  readonly registry?: Registry | readonly Registry[];
}

/** The way in which a map was read, as the `mode` label has it. */
type Mode = NonNullable<PhaseEvent["report"]>["mode"];

/**
 * Returns a hook that counts into Prometheus metrics, for any number of readers. Called again for a registry, it counts
 * into the metrics that are there. Labels are bounded: `map` by the maps that the program opens, `phase`, `mode` and
 * `code` by closed sets.
 *
 * - `ebpf_map_read_duration_seconds{map,phase}`: histogram, one observation for each phase of each read
 * - `ebpf_map_read_entries_total{map,mode}`: entries read
 * - `ebpf_map_read_errors_total{map,code}`: reads, lookups and openings that failed
 * - `ebpf_map_read_incomplete_total{map}`: reads that ended before the end of the map
 * - `ebpf_map_invalid_values_total{map}`: entries that the declared schema refused
 *
 * @throws {EbpfMapError} USAGE if the registry has a metric of one of these names that is of another kind.
 */
export function promMetrics({ registry = register }: PromOptions = {}): MetricsHook {
  return combineHooks(...[registry].flat().map(registryHook));
}

function registryHook(registry: Registry): MetricsHook {
  const registers = [registry];
  const labelNames = ["map", "phase"] as const;
  const help = "Seconds that the phases of reading a map took.";
  const duration = metric(registry, Histogram<"map" | "phase">, "ebpf_map_read_duration_seconds", (name) => {
    return new Histogram({ name, help, labelNames, buckets: BUCKETS, registers });
  });
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> => {
    return metric(
      registry,
      Counter<L>,
      name,
      () => new Counter({ name, help, labelNames: [...labelNames], registers }),
    );
  };
  const entries = counter("ebpf_map_read_entries_total", "Entries read from a map.", ["map", "mode"]);
  const errors = counter("ebpf_map_read_errors_total", "Reads of a map that failed.", ["map", "code"]);
  const incomplete = counter("ebpf_map_read_incomplete_total", "Reads that ended before the end of the map.", ["map"]);
  const invalid = counter("ebpf_map_invalid_values_total", "Entries that the declared schema refused.", ["map"]);
  return {
    onRead({ map, phase, durationSeconds, report }: PhaseEvent) {
      duration.observe({ map, phase }, durationSeconds);
      if (phase !== "read" || report === undefined) return;
      const mode: Mode = report.mode;
      entries.inc({ map, mode }, report.entries);
      if (!report.complete) incomplete.inc({ map });
    },
    onError({ map, error }: ErrorEvent) {
      errors.inc({ map, code: error.code });
    },
    onInvalid({ map }: InvalidEvent) {
      invalid.inc({ map });
    },
  };
}

/** The metric of a name and kind that a registry has, or a new one. */
function metric<M extends object>(
  registry: Registry,
  kind: new (...args: never[]) => M,
  name: string,
  make: (name: string) => M,
): M {
  const known: unknown = registry.getSingleMetric(name);
  if (known === undefined) return make(name);
  if (known instanceof kind) return known;
  throw new EbpfMapError("USAGE", `count into ${name}: the registry has a metric of this name that is of another kind`);
}
