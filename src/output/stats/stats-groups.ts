import type { ShownFact } from "../facts/fact-writer.ts";
import { bytesText, percentText } from "../quantities.ts";
import { type MeasuredMap, mapTypeText, ratioOf } from "./stats.ts";

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
  /** The number of maps whose entries are not known. */
  readonly uncounted: number;
}

/** Adds up maps by a fact, the most memory first. */
export function groupStats(all: readonly MeasuredMap[], by: GroupFact): StatsGroup[] {
  const groups = new Map<string, StatsGroup>();
  for (const stats of all) {
    const name = nameOf(stats, by);
    groups.set(name, added(groups.get(name) ?? emptyGroup(name), stats));
  }
  return [...groups.values()].sort((a, b) => b.memlock - a.memlock || b.maps - a.maps);
}

/** Returns the columns of groups. */
export function groupFacts(by: GroupFact): ShownFact<StatsGroup>[] {
  return [
    { name: by, kind: "text", value: ({ name }) => name, cell: ({ name }) => (name === "" ? "-" : name) },
    { name: "maps", kind: "integer", value: ({ maps }) => BigInt(maps) },
    {
      name: "entries",
      kind: "integer",
      value: ({ entries }) => entries,
      cell: ({ entries, uncounted }) => `${uncounted > 0 ? "≥" : ""}${entries}`,
    },
    { name: "max_entries", title: "max", kind: "integer", value: ({ maxEntries }) => maxEntries },
    {
      name: "memlock",
      title: "memory",
      kind: "integer",
      value: ({ memlock }) => memlock,
      cell: ({ memlock }) => bytesText(BigInt(memlock)),
    },
    {
      name: "fullest",
      kind: "number",
      value: ({ fullest }) => (fullest === undefined ? undefined : Number(fullest.toFixed(4))),
      cell: ({ fullest }) => (fullest === undefined ? "-" : percentText(fullest)),
    },
    { name: "uncounted", kind: "integer", value: ({ uncounted }) => uncounted },
  ];
}

function nameOf({ info, owner }: MeasuredMap, by: GroupFact): string {
  switch (by) {
    case "name":
      return info.name;
    case "type":
      return mapTypeText(info);
    case "owner":
      return owner?.name ?? "";
  }
  return by satisfies never;
}

function emptyGroup(name: string): StatsGroup {
  return { name, maps: 0, entries: 0, maxEntries: 0, memlock: 0, fullest: undefined, uncounted: 0 };
}

function added(group: StatsGroup, stats: MeasuredMap): StatsGroup {
  const { info, memlock = 0, occupancy } = stats;
  const ratio = ratioOf(stats);
  return {
    name: group.name,
    maps: group.maps + 1,
    entries: group.entries + (occupancy.entries ?? 0),
    maxEntries: group.maxEntries + info.maxEntries,
    memlock: group.memlock + memlock,
    fullest: ratio === undefined ? group.fullest : Math.max(group.fullest ?? 0, ratio),
    uncounted: group.uncounted + (occupancy.entries === undefined ? 1 : 0),
  };
}
