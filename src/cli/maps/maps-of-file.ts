import { existsSync } from "node:fs";
import { nearest } from "../../nearest.ts";
import { nameMatcher } from "../../reader/find.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { CommandError } from "../result/command-error.ts";

/** The most names that a message lists. */
const MOST_NAMES = 8;

/** `host.ndjson.gz:conns` as a file and a map in it, unless a file is called so. `-:conns` is a map in stdin. */
export function fileAndMap(word: string): { path: string; chosen: string | undefined } {
  const colon = word.lastIndexOf(":");
  const path = word.slice(0, colon);
  const isWhole = colon < 1 || existsSync(word) || (path !== "-" && !existsSync(path));
  return isWhole ? { path: word, chosen: undefined } : { path, chosen: word.slice(colon + 1) };
}

/** Returns a test for maps: those with this id, or if there are none, with this name or a name of this pattern. */
export function isChosenMap(chosen: string, maps: readonly MapSource[]): (map: MapSource) => boolean {
  const isNamed = nameMatcher(chosen);
  const isId = /^\d+$/.test(chosen) && maps.some(({ info }) => info.id === Number(chosen));
  return ({ info }) => (isId ? info.id === Number(chosen) : isNamed(info.name));
}

/**
 * Returns the maps with this id, name or pattern of names, and closes the others. Throws NO_SUCH_MAP if there are none.
 */
export function mapsOfFile(maps: readonly MapSource[], chosen: string, path: string): readonly MapSource[] {
  const isChosen = isChosenMap(chosen, maps);
  const found = maps.filter(isChosen);
  for (const map of maps) if (!isChosen(map)) map[Symbol.dispose]();
  if (found.length > 0) return found;
  const message = `no map in ${path} has the name or id '${chosen}'${hint(chosen, maps)}`;
  throw new CommandError("NO_SUCH_MAP", message, { error: message });
}

function hint(chosen: string, maps: readonly MapSource[]): string {
  const names = [...new Set(maps.map(({ info }) => info.name))].filter((name) => name !== "");
  const near = nearest(chosen, names);
  if (near !== undefined) return `; did you mean '${near}'?`;
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "";
  return ` (it has ${names.slice(0, MOST_NAMES).join(", ")}${more})`;
}
