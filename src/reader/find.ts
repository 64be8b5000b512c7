import { EbpfMapError } from "../errors.ts";
import { ENOENT, EPERM, errnoName, errnoPhrase } from "../sys/errno.ts";
import type { Fd } from "../sys/fd.ts";
import type { Kernel } from "../sys/kernel.ts";
import { LiveMap } from "./live-map.ts";
import type { MapSource } from "./map-source.ts";
import { matchesGlob } from "./names/name-pattern.ts";
import { UNKNOWN_INFO, unreadMap } from "./views/unread-map.ts";

/** A selection of maps of this kernel. */
export type MapSelector =
  | { readonly by: "id"; readonly id: number }
  | { readonly by: "name"; readonly name: string }
  | { readonly by: "pinned"; readonly path: string };

/**
 * Opens the selected maps: one, or for a name all that have it or match it, in the order of their ids. If there is
 * none, returns an empty list for a name, and throws otherwise. The caller disposes of them.
 */
export function findMaps(kernel: Kernel, selector: MapSelector): MapSource[] {
  switch (selector.by) {
    case "id":
      return [liveMap(kernel, kernel.openMap(selector.id))];
    case "pinned":
      return [openPinnedMap(kernel, selector.path)];
    case "name":
      return mapsOfName(kernel, selector.name);
  }
  return selector satisfies never;
}

/** Opens all maps in the order of their ids. A map that vanishes meanwhile is left out. The caller disposes of each. */
export function* allMaps(kernel: Kernel): Generator<MapSource> {
  for (const id of mapIds(kernel)) {
    const map = openIfThere(kernel, id);
    if (map !== undefined) yield map;
  }
}

/** Does the same, and where a map can't be opened, goes on with one that says why. */
export function* allMapsThatAre(kernel: Kernel): Generator<MapSource> {
  for (const id of mapIds(kernel)) {
    const map = openOrExplain(kernel, id);
    if (map !== undefined) yield map;
  }
}

function* mapIds(kernel: Kernel): Generator<number> {
  for (let id = 0; ; ) {
    const next = kernel.nextMapId(id);
    if (next.errno === ENOENT) return;
    if (next.errno !== 0) throw listError(next.errno);
    id = next.id;
    yield id;
  }
}

function openOrExplain(kernel: Kernel, id: number): MapSource | undefined {
  try {
    return openIfThere(kernel, id);
  } catch (error) {
    if (!(error instanceof EbpfMapError)) throw error;
    return unreadMap({ ...UNKNOWN_INFO, id }, `map id ${id}`, error);
  }
}

function mapsOfName(kernel: Kernel, name: string): MapSource[] {
  const found: MapSource[] = [];
  const matches = nameMatcher(name);
  try {
    for (const map of allMaps(kernel)) {
      if (matches(map.info.name)) found.push(map);
      else map[Symbol.dispose]();
    }
    return found;
  } catch (error) {
    for (const map of found) map[Symbol.dispose]();
    throw error;
  }
}

/**
 * Tells whether a text is a pattern. No map has such characters in its name: the kernel takes letters, digits, `_` and
 * `.`.
 */
export function isNamePattern(name: string): boolean {
  return /[*?[]/.test(name);
}

/** Returns a test for names: equal to `name`, or if it is a pattern, matching it (`*`, `?`, `[abc]`, `[!a-z]`). */
export function nameMatcher(name: string): (candidate: string) => boolean {
  if (!isNamePattern(name)) return (candidate) => candidate === name;
  return (candidate) => matchesGlob(candidate, name);
}

function openPinnedMap(kernel: Kernel, path: string): MapSource {
  const fd = kernel.openPinned(path);
  const kind = kernel.objectKind(fd);
  if (kind === "map") return liveMap(kernel, fd, path);
  fd.close();
  const what = kind === "unknown" ? "not a map" : `a ${kind}, not a map`;
  throw new EbpfMapError("NOT_A_MAP", `open pinned ${path}: it is ${what}`, { path, kind });
}

function openIfThere(kernel: Kernel, id: number): MapSource | undefined {
  try {
    return liveMap(kernel, kernel.openMap(id));
  } catch (error) {
    if (error instanceof EbpfMapError && error.code === "NO_SUCH_MAP") return undefined;
    throw error;
  }
}

/** Creates a map that owns the descriptor. If the map's info can't be read, closes the descriptor. */
function liveMap(kernel: Kernel, fd: Fd, path?: string): MapSource {
  try {
    return new LiveMap(kernel, fd, path);
  } catch (error) {
    fd.close();
    throw error;
  }
}

function listError(errno: number): EbpfMapError {
  const text = errnoPhrase(errno);
  const details = { errno, errnoName: errnoName(errno) };
  if (errno !== EPERM) return new EbpfMapError("KERNEL", `list maps: ${text}`, details);
  const cure =
    "listing maps and finding them by name needs CAP_SYS_ADMIN; a pinned map with mode 0644 can be read without it";
  return new EbpfMapError("NO_PERMISSION", `list maps: ${text} (${cure})`, details);
}
