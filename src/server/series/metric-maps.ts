import { nameMatcher } from "../../reader/find.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { matchesGlob } from "../../reader/names/name-pattern.ts";
import { mapTypeName } from "../../sys/map-types.ts";
import { findPins } from "../../sys/pins.ts";
import type { MapChoice, MetricSpec } from "../config/metric-spec.ts";
import type { VisibleMaps } from "../maps/seen-maps.ts";

/** Tells which metrics take a map. */
export type MetricsOf = (map: MapSource) => readonly MetricSpec[];

/** Returns who takes which map as of now: pins are looked up if a metric names one. */
export function metricMaps(specs: readonly MetricSpec[], { kernel, mounts }: VisibleMaps): MetricsOf {
  const pins = new Map<number, string[]>();
  if (specs.some(({ map }) => map.by === "pinned")) {
    for (const { mapId, path } of findPins(kernel, mounts)) pins.set(mapId, [...(pins.get(mapId) ?? []), path]);
  }
  const matchers = specs.map((spec) => ({ spec, matches: matcher(spec.map, pins) }));
  return (map) => matchers.filter(({ matches }) => matches(map)).map(({ spec }) => spec);
}

function matcher(choice: MapChoice, pins: ReadonlyMap<number, readonly string[]>): (map: MapSource) => boolean {
  switch (choice.by) {
    case "name": {
      const matches = nameMatcher(choice.name);
      return ({ info }) => matches(info.name);
    }
    case "id":
      return ({ info }) => info.id === choice.id;
    case "type":
      return ({ info }) => mapTypeName(info.type) === choice.type;
    case "pinned":
      return ({ info }) => (pins.get(info.id) ?? []).some((path) => matchesPath(path, choice.path));
  }
  return choice satisfies never;
}

/** A `*` stands for part of one name in a path. */
function matchesPath(path: string, pattern: string): boolean {
  const [parts, patterns] = [path.split("/"), pattern.split("/")];
  return parts.length === patterns.length && patterns.every((one, i) => matchesGlob(parts[i] ?? "", one));
}
