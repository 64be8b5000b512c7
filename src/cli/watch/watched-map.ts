import { EbpfMapError } from "../../errors.ts";
import type { MapSource } from "../../reader/map-source.ts";
import type { WatchedMap } from "../../sdk/watch/watcher.ts";
import { ENOENT } from "../../sys/errno.ts";
import { type MapFinder, onlyMap, selectMaps } from "../maps/select-maps.ts";
import type { TypeSources } from "../maps/type-sources.ts";

/** Finds the map that the words name; undefined if there is none. Throws any other failure. */
export async function findWatched(
  words: readonly string[],
  finder: MapFinder,
  types: TypeSources,
): Promise<WatchedMap | undefined> {
  const found = await openNamed(words, finder, types);
  if (found === undefined) return undefined;
  using map = found.map;
  const { label, info, origin } = map;
  // A snapshot is read again, and so may be replaced by a newer one; a pin has to be looked up in case that it is what
  // may be read.
  const again = found.by === "name" ? ["id", String(info.id)] : words;
  return {
    label,
    info,
    origin,
    async open(isTyped) {
      const now = await openNamed(again, finder, isTyped ? types : undefined);
      if (now === undefined || now.map.info.id === info.id) return now?.map;
      now.map[Symbol.dispose]();
      return undefined;
    },
  };
}

async function openNamed(
  words: readonly string[],
  finder: MapFinder,
  types: TypeSources | undefined,
): Promise<{ map: MapSource; by: string } | undefined> {
  try {
    const selected = await selectMaps(words, finder, types);
    try {
      return { map: onlyMap(selected), by: selected.selection.by };
    } catch (error) {
      selected[Symbol.dispose]();
      throw error;
    }
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  if (!(error instanceof EbpfMapError)) return false;
  return error.code === "NO_SUCH_MAP" || (error.code === "KERNEL" && error.details.errno === ENOENT);
}
