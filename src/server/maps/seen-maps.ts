import { EbpfMapError } from "../../errors.ts";
import { allMaps, findMaps } from "../../reader/find.ts";
import type { MapSource } from "../../reader/map-source.ts";
import type { Kernel } from "../../sys/kernel.ts";
import { findPins } from "../../sys/pins.ts";

/** The machine on which maps are looked for, and the function that is told that not all can be seen. */
export interface VisibleMaps {
  readonly kernel: Kernel;
  /** A file like /proc/mounts. */
  readonly mounts: string;
  readonly onLimited: (reason: string) => void;
}

/**
 * Opens all maps that this process may see, one after the other, and closes each: all of the kernel, or without the
 * right to list these, those with a pin that it may open. Throws what listing maps throws, but for that.
 */
export function* seenMaps({ kernel, mounts, onLimited }: VisibleMaps): Generator<MapSource> {
  const all = allMaps(kernel);
  try {
    yield* eachOpen(all);
  } catch (error) {
    if (!(error instanceof EbpfMapError) || error.code !== "NO_PERMISSION") throw error;
    onLimited(error.message);
    yield* eachOpen(pinnedMaps(kernel, mounts));
  }
}

function* eachOpen(maps: Iterable<MapSource>): Generator<MapSource> {
  for (const map of maps) {
    using open = map;
    yield open;
  }
}

function* pinnedMaps(kernel: Kernel, mounts: string): Generator<MapSource> {
  const seen = new Set<number>();
  for (const { mapId, path } of findPins(kernel, mounts)) {
    if (seen.has(mapId)) continue;
    seen.add(mapId);
    yield* openPin(kernel, path);
  }
}

/** The map of a pin; none where the pin has gone, or is something else by now. */
function openPin(kernel: Kernel, path: string): readonly MapSource[] {
  try {
    return findMaps(kernel, { by: "pinned", path });
  } catch (error) {
    if (error instanceof EbpfMapError) return [];
    throw error;
  }
}
