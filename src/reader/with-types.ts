import type { MapSource, MapTypes } from "./map-source.ts";

/** The same map with other types than its own; disposing of it disposes of the map. */
export function withTypes(map: MapSource, types: MapTypes & { state: "known" }): MapSource {
  return {
    info: map.info,
    shape: map.shape,
    label: map.label,
    ...(map.origin === undefined ? {} : { origin: map.origin }),
    ...(map.pin === undefined ? {} : { pin: map.pin }),
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

/** A map of the map of maps `outer`: with the types that the outer map's declaration gives it, unless it has its own. */
export function withInnerTypes(inner: MapSource, outer: MapSource): MapSource {
  const types = outer.types();
  if (types.state !== "known" || types.inner === undefined || inner.types().state === "known") return inner;
  return withTypes(inner, { state: "known", types: types.types, ...types.inner });
}
