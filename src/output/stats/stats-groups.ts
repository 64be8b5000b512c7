import { strictJsonString } from "../../codec/json/strict-json.ts";
import { bytesText, percentText } from "../quantities.ts";
import { type MapStats, mapTypeText, ratioOf } from "./stats.ts";

/** The facts by which maps are added up. */
export const GROUP_FACTS = ["name", "type", "owner"] as const;

export type GroupFact = (typeof GROUP_FACTS)[number];

/** Maps that are added up. */
export interface StatsGroup {
  readonly name: string;
  readonly maps: number;
  /** The sum of those that are known. */
  readonly entries: number;
  readonly maxEntries: number;
  /** Bytes; the sum of those that are known. */
  readonly memlock: number;
  /** The share of the fullest map; undefined if none has one. */
  readonly fullest: number | undefined;
  /** Entries of some maps are estimated, or not known. */
  readonly isRough: boolean;
}

/**
 * Adds up maps by a fact, the most memory first. A map with several owners counts for each of them, so that the sums may
 * be more than there is.
 */
export function groupStats(all: readonly MapStats[], by: GroupFact): StatsGroup[] {
  const groups = new Map<string, StatsGroup>();
  for (const stats of all) {
    for (const name of namesOf(stats, by)) groups.set(name, added(groups.get(name) ?? emptyGroup(name), stats));
  }
  return [...groups.values()].sort((a, b) => b.memlock - a.memlock || b.maps - a.maps);
}

/** Returns a group as a line of JSON. */
export function groupJson(group: StatsGroup, by: GroupFact): string {
  const { name, maps, entries, maxEntries, memlock, fullest, isRough } = group;
  const ratio = fullest === undefined ? "null" : `${Number(fullest.toFixed(4))}`;
  const sums = `"maps":${maps},"entries":${entries},"max_entries":${maxEntries},"memlock":${memlock}`;
  return `{"${by}":${strictJsonString(name)},${sums},"fullest":${ratio},"exact":${!isRough}}`;
}

/** The titles of a table of groups, and the cells of one. */
export const GROUP_COLUMNS = [
  { title: "maps", isRight: true },
  { title: "entries", isRight: true },
  { title: "max", isRight: true },
  { title: "memory", isRight: true },
  { title: "fullest", isRight: true },
] as const;

/** Returns the cells of a group, its name first. */
export function groupCells({ name, maps, entries, maxEntries, memlock, fullest, isRough }: StatsGroup): string[] {
  return [
    name === "" ? "-" : name,
    String(maps),
    `${isRough ? "≈" : ""}${entries}`,
    String(maxEntries),
    bytesText(BigInt(memlock)),
    fullest === undefined ? "-" : percentText(fullest),
  ];
}

function namesOf({ info, owners }: MapStats, by: GroupFact): readonly string[] {
  switch (by) {
    case "name":
      return [info.name];
    case "type":
      return [mapTypeText(info)];
    case "owner":
      return owners === undefined || owners.length === 0 ? [""] : owners;
  }
  return by satisfies never;
}

function emptyGroup(name: string): StatsGroup {
  return { name, maps: 0, entries: 0, maxEntries: 0, memlock: 0, fullest: undefined, isRough: false };
}

function added(group: StatsGroup, stats: MapStats): StatsGroup {
  const { info, memlock = 0, occupancy } = stats;
  const ratio = ratioOf(stats);
  return {
    name: group.name,
    maps: group.maps + 1,
    entries: group.entries + (occupancy.entries ?? 0),
    maxEntries: group.maxEntries + info.maxEntries,
    memlock: group.memlock + memlock,
    fullest: ratio === undefined ? group.fullest : Math.max(group.fullest ?? 0, ratio),
    isRough: group.isRough || occupancy.entries === undefined || occupancy.estimate !== undefined,
  };
}
