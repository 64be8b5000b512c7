import { EbpfMapError } from "../../errors.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { isMapOfMaps } from "../../sys/map-types.ts";

/** The keys of a map of maps, whose values are ids: none where values are known to be anything else. */
export type OuterKey<K, V> = number extends V ? K : [V] extends [number] ? K : never;

/** Throws USAGE for a map that holds no other maps which could be opened. */
export function checkOuter({ map, isFile }: { readonly map: MapSource; readonly isFile: boolean }): void {
  const doing = `open an inner map of ${map.label}`;
  if (!isMapOfMaps(map.info.type)) throw new EbpfMapError("USAGE", `${doing}: its values are no maps`);
  // By now another map may have the id, on another machine any.
  if (isFile) throw new EbpfMapError("USAGE", `${doing}: a file has ids of inner maps, and not the maps`);
}
