import type { MetricSpec } from "./metric-spec.ts";
import { nameInBaseUnit } from "./units.ts";

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
/** Names that are those of `serve` itself, and of its process. */
const OWN = /^(?:ebpf_map_|process_|scrape_|up$)/;

/** Returns what is wrong with a metric's name by Prometheus' rules; undefined for nothing. */
export function metricNameProblem(name: string, type: MetricSpec["type"]): string | undefined {
  if (!METRIC_NAME.test(name)) return "a metric's name has letters, digits, _ and :, and doesn't begin with a digit";
  if (OWN.test(name)) return `\`${name}\` could be a metric of ebpf-map itself: choose another name`;
  if (type === "counter" && !name.endsWith("_total")) return `a counter's name ends in _total: \`${name}_total\``;
  if (type !== "counter" && name.endsWith("_total"))
    return `only a counter's name ends in _total, and this is a ${type}`;
  if (type === "info" && !name.endsWith("_info")) return `an info's name ends in _info: \`${name}_info\``;
  const suffix = /_(?:bucket|sum|count|created)$/.exec(name)?.[0];
  if (suffix !== undefined) return `names that end in ${suffix} are those of histograms' series`;
  const better = nameInBaseUnit(name);
  if (better !== undefined) return `Prometheus' metrics are in base units: \`${better}\` (unit: converts)`;
  return undefined;
}
