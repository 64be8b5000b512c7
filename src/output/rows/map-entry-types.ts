import type { EntryTypes } from "../../query/fields/path.ts";
import { bytesLayout, integerLayout } from "../../query/fields/synthetic-layouts.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { holdsIds } from "../../sys/map-types.ts";
import { entryLayouts } from "../entry-layouts.ts";

/**
 * Returns the types of a map's keys and values for queries. Without usable BTF these are bytes; `untyped` says why, and
 * so does `note` if the map does have types.
 */
export function mapEntryTypes(map: MapSource): { entryTypes: EntryTypes; note: string | undefined } {
  const { layouts, note } = entryLayouts(map);
  const { keySize, valueSize } = map.shape;
  if (layouts !== undefined) {
    // Global data has no key type, and its only key means nothing.
    return { entryTypes: { key: layouts.key, value: layouts.value, untyped: undefined }, note };
  }
  const key = keySize === 0 ? undefined : bytesLayout(keySize);
  const value = holdsIds(map.info.type) && valueSize === 4 ? integerLayout(32, false) : bytesLayout(valueSize);
  return { entryTypes: { key, value, untyped: note ?? "the map has no BTF" }, note };
}
