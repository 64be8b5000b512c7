import type { MapSource, MapTypes } from "./map-source.ts";

/** The same map with other types than its own; disposing of it disposes of the map. */
export function withTypes(map: MapSource, types: MapTypes & { state: "known" }): MapSource {
  return {
    info: map.info,
    shape: map.shape,
    label: map.label,
    ...(map.origin === undefined ? {} : { origin: map.origin }),
    typesGiven: true,
    get fdinfo() {
      return map.fdinfo;
    },
    types: () => types,
    entries: () => map.entries(),
    lookup: (key, value) => map.lookup(key, value),
    nextKey: (key, next) => map.nextKey(key, next),
    [Symbol.dispose]: () => map[Symbol.dispose](),
  };
}
