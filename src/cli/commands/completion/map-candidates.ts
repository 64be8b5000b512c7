import { allMaps } from "../../../reader/find.ts";
import type { MapInfo } from "../../../sys/info.ts";
import type { Kernel } from "../../../sys/kernel.ts";
import { isRingBuffer, isStream, mapTypeName } from "../../../sys/map-types.ts";
import { findPins } from "../../../sys/pins.ts";
import type { CommandName } from "../../args/commands.ts";
import { isMapKeyword, type MAP_KEYWORDS } from "../../args/map-keywords.ts";
import type { Candidate, Candidates } from "./candidate.ts";

const KEYWORD_TEXTS: readonly Candidate[] = [
  { text: "id", description: "a map by its id" },
  { text: "name", description: "maps by their name, or a pattern" },
  { text: "pinned", description: "a map by the path where it is pinned" },
  { text: "file", description: "a snapshot" },
];

/** Returns the words that a map may begin with: keywords, names, ids for digits, pins and files for a path. */
export function bareMaps(command: CommandName, current: string, kernel: Kernel): Candidates {
  if (current.includes("/")) return { candidates: pins(command, kernel), files: true };
  const maps = mapsFor(command, kernel);
  if (/^\d/.test(current)) return { candidates: ids(maps), files: false };
  const bare = names(maps).filter(({ text }) => !isMapKeyword(text) && !/^\d+$/.test(text));
  return { candidates: [...bare, ...KEYWORD_TEXTS], files: false };
}

/** Returns what may stand behind `id`, `name`, `pinned` or `file`. */
export function namedMaps(command: CommandName, by: (typeof MAP_KEYWORDS)[number], kernel: Kernel): Candidates {
  switch (by) {
    case "id":
      return { candidates: ids(mapsFor(command, kernel)), files: false };
    case "name":
      return { candidates: names(mapsFor(command, kernel)), files: false };
    case "pinned":
      return { candidates: pins(command, kernel), files: false };
    case "file":
      return { candidates: [], files: true };
  }
  return by satisfies never;
}

/** Returns the maps that a command can do something with. */
function mapsFor(command: CommandName, kernel: Kernel): MapInfo[] {
  const fits = FITTING[command] ?? (() => true);
  const found: MapInfo[] = [];
  for (const map of allMaps(kernel)) {
    using open = map;
    if (fits(open.info)) found.push(open.info);
  }
  return found;
}

const FITTING: Partial<Record<CommandName, (info: MapInfo) => boolean>> = {
  events: ({ type }) => isStream(type),
  event_pipe: ({ type }) => isStream(type) && !isRingBuffer(type),
  peek: ({ type }) => ["queue", "stack", "bloom_filter"].includes(mapTypeName(type) ?? ""),
};

function ids(maps: readonly MapInfo[]): Candidate[] {
  return maps.map((info) => ({ text: String(info.id), description: `${info.name} ${factsOf(info)}`.trim() }));
}

/** Returns each name once, with the facts of its map or the number of its maps. */
function names(maps: readonly MapInfo[]): Candidate[] {
  const byName = new Map<string, MapInfo[]>();
  for (const info of maps) {
    if (info.name !== "") byName.set(info.name, [...(byName.get(info.name) ?? []), info]);
  }
  return [...byName].map(([text, [first, ...others]]) => {
    const description = first === undefined || others.length > 0 ? `${others.length + 1} maps` : factsOf(first);
    return { text, description };
  });
}

function factsOf({ type, keySize, valueSize, maxEntries }: MapInfo): string {
  return `${mapTypeName(type) ?? `type ${type}`}, key ${keySize}B, value ${valueSize}B, max ${maxEntries}`;
}

function pins(command: CommandName, kernel: Kernel): Candidate[] {
  const maps = new Map(mapsFor(command, kernel).map((info) => [info.id, info]));
  return findPins(kernel).flatMap(({ mapId, path }) => {
    const info = maps.get(mapId);
    return info === undefined ? [] : [{ text: path, description: `id ${mapId} ${info.name} ${factsOf(info)}` }];
  });
}
