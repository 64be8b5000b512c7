import { EbpfMapError } from "../../errors.ts";
import type { MapSource, SnapshotMoment } from "../../reader/map-source.ts";
import { ENOENT } from "../../sys/errno.ts";
import type { MapInfo } from "../../sys/info.ts";
import { type MapFinder, onlyMap, selectMaps } from "../maps/select-maps.ts";
import type { TypeSources } from "../maps/type-sources.ts";

/**
 * A map that is opened for each read and not held open in between: a map that is held does not go away. It is
 * identified once, so that a name which two maps share by now, or a pin of another map, is not taken for it.
 */
export interface WatchedMap {
  /** For messages. */
  readonly label: string;
  readonly info: MapInfo;
  readonly origin: SnapshotMoment | undefined;
  /**
   * Opens the map, which the caller disposes of; undefined if it is gone. Types from other sources are added if
   * `isTyped`.
   */
  open(isTyped: boolean): Promise<MapSource | undefined>;
}

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
