import type { MapSource, MapTypes } from "./map-source.ts";

/** What a view of a map can have in place of the map's own. */
export type MapChanges = Partial<Pick<MapSource, "types" | "typesGiven" | "entries">>;

/**
 * The same map with some members replaced. "owned": disposing of the view disposes of the map; "borrowed": somebody else
 * does that.
 */
export function mapView(map: MapSource, changes: MapChanges, ownership: "owned" | "borrowed"): MapSource {
  const typesGiven = changes.typesGiven ?? map.typesGiven;
  return {
    info: map.info,
    label: map.label,
    ...(map.origin === undefined ? {} : { origin: map.origin }),
    ...(typesGiven === undefined ? {} : { typesGiven }),
    // Not read before they are asked for.
    get shape() {
      return map.shape;
    },
    get fdinfo() {
      return map.fdinfo;
    },
    types: changes.types ?? (() => map.types()),
    entries: changes.entries ?? ((options) => map.entries(options)),
    ...(map.countFromMemlock && { countFromMemlock: () => map.countFromMemlock?.() }),
    ...(map.ringUse && { ringUse: map.ringUse.bind(map) }),
    lookup: (key, value) => map.lookup(key, value),
    nextKey: (key, next) => map.nextKey(key, next),
    [Symbol.dispose]: ownership === "owned" ? () => map[Symbol.dispose]() : () => undefined,
  };
}

/** The same map with other types than its own; disposing of it disposes of the map. */
export function withTypes(map: MapSource, types: MapTypes & { state: "known" }): MapSource {
  return mapView(map, { types: () => types, typesGiven: true }, "owned");
}
