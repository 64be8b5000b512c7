import type { MapSource, MapTypes } from "../map-source.ts";

/** The members that a view replaces. */
export type MapChanges = Partial<Pick<MapSource, "types" | "typesGiven" | "entries">>;

/**
 * Creates a view of a map with some members replaced. Disposing of an "owned" view disposes of the map; a "borrowed"
 * one leaves that to the owner, whom a function tells of it.
 */
export function mapView(
  map: MapSource,
  changes: MapChanges,
  ownership: "owned" | "borrowed" | (() => void),
): MapSource {
  const typesGiven = changes.typesGiven ?? map.typesGiven;
  return {
    info: map.info,
    label: map.label,
    ...(map.origin === undefined ? {} : { origin: map.origin }),
    ...(map.machine === undefined ? {} : { machine: map.machine }),
    ...(map.pin === undefined ? {} : { pin: map.pin }),
    ...(typesGiven === undefined ? {} : { typesGiven }),
    // Read on demand only.
    get shape() {
      return map.shape;
    },
    get fdinfo() {
      return map.fdinfo;
    },
    types: changes.types ?? (() => map.types()),
    entries: changes.entries ?? ((options) => map.entries(options)),
    ...(map.countFromMemlock && { countFromMemlock: (memlock) => map.countFromMemlock?.(memlock) }),
    ...(map.countWithin && { countWithin: (budget) => map.countWithin?.(budget) }),
    ...(map.ringUse && { ringUse: map.ringUse.bind(map) }),
    lookup: (key, value, turn) => map.lookup(key, value, turn),
    nextKey: (key, next) => map.nextKey(key, next),
    [Symbol.dispose]() {
      if (ownership === "owned") map[Symbol.dispose]();
      else if (ownership !== "borrowed") ownership();
    },
  };
}

/** Creates a view of a map with other types than its own. Disposing of it disposes of the map. */
export function withTypes(map: MapSource, types: MapTypes & { state: "known" }): MapSource {
  return mapView(map, { types: () => types, typesGiven: true }, "owned");
}

/**
 * A map of the map of maps `outer`: with the types that the outer map's declaration gives it, unless it has its own.
 */
export function withInnerTypes(inner: MapSource, outer: MapSource): MapSource {
  const types = outer.types();
  if (types.state !== "known" || types.inner === undefined || inner.types().state === "known") return inner;
  return withTypes(inner, { state: "known", types: types.types, ...types.inner(inner.info) });
}
