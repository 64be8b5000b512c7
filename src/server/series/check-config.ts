import { EbpfMapError } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { isNamePattern } from "../../reader/find.ts";
import type { LiveClock } from "../../sdk/machine/query-clock.ts";
import type { MapChoice, MetricSpec } from "../config/metric-spec.ts";
import { seenMaps, type VisibleMaps } from "../maps/seen-maps.ts";
import { planMap } from "./map-plan.ts";
import { metricMaps } from "./metric-maps.ts";

/** Compares metrics with the maps that are there, without reading entries. Throws FILE with all that doesn't fit. */
export function checkConfig(specs: readonly MetricSpec[], view: VisibleMaps, live: LiveClock): void {
  const met = new Set<MetricSpec>();
  const mistakes = new Set<string>();
  const names = new Set<string>();
  const metricsOf = metricMaps(specs, view);
  for (const map of seenMaps(view)) {
    names.add(map.info.name);
    const takers = metricsOf(map);
    if (takers.length === 0) continue;
    for (const { spec, compiled } of planMap(map, takers, live).metrics) {
      met.add(spec);
      if (compiled instanceof Error) mistakes.add(`${compiled.message}\n  (${spec.name} of ${map.label})`);
    }
  }
  for (const spec of specs) {
    if (!met.has(spec) && !spec.isOptional && !isPattern(spec.map)) mistakes.add(missing(spec, names));
  }
  if (mistakes.size > 0) throw new EbpfMapError("FILE", [...mistakes].join("\n"));
}

/** A pattern says what to take if it is there; a name says what is. */
function isPattern(map: MapChoice): boolean {
  if (map.by === "type") return true;
  return isNamePattern(map.by === "name" ? map.name : map.by === "pinned" ? map.path : "");
}

function missing({ place, name, map }: MetricSpec, names: ReadonlySet<string>): string {
  const near = map.by === "name" ? nearest(map.name, names) : undefined;
  const hint = near === undefined ? "optional: true lets it come later" : `did you mean \`${near}\`?`;
  return `${place}: ${name}: no map has ${choiceText(map)} (${hint})`;
}

function choiceText(map: MapChoice): string {
  switch (map.by) {
    case "name":
      return `the name \`${map.name}\``;
    case "pinned":
      return `a pin at ${map.path}`;
    case "id":
      return `id ${map.id}`;
    case "type":
      return `type ${map.type}`;
  }
  return map satisfies never;
}
