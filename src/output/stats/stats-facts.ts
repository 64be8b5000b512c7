import type { Fact, FactValue } from "../../query/facts/facts.ts";
import { errorName, type MapStats, mapTypeText, ratioOf, rounded } from "./stats.ts";

/** The columns of `stats` and `top`, by the names that they have in JSON, `--where`, `--sort` and CSV. */
export const STATS_FACTS: readonly Fact<MapStats>[] = [
  fact("id", "number", ({ info }) => info.id),
  fact("name", "text", ({ info }) => info.name),
  fact("type", "text", ({ info }) => mapTypeText(info)),
  fact("entries", "number", ({ occupancy }) => occupancy.entries),
  fact("max_entries", "number", ({ info }) => info.maxEntries),
  fact("ratio", "number", (stats) => {
    const ratio = ratioOf(stats);
    return ratio === undefined ? undefined : Number(ratio.toFixed(4));
  }),
  fact("when_full", "text", ({ occupancy }) => occupancy.whenFull),
  fact("preallocated", "bool", ({ occupancy }) => occupancy.preallocated),
  fact("memlock", "number", ({ memlock }) => memlock),
  fact("mode", "text", ({ occupancy }) => occupancy.mode),
  fact("complete", "bool", ({ occupancy: { report, error, estimate } }) => {
    return report?.complete ?? (error === undefined && estimate === undefined);
  }),
  fact("error_95", "number", ({ occupancy: { estimate } }) => {
    return estimate?.kind === "sampled" ? estimate.error : undefined;
  }),
  fact("at_least", "bool", ({ occupancy }) => occupancy.estimate?.kind === "at-least"),
  fact("pending", "number", ({ occupancy }) => occupancy.ring?.pending),
  fact("consumed", "number", ({ occupancy: { ring } }) => (ring === undefined ? undefined : Number(ring.consumed))),
  fact("growth", "number", ({ growth }) => (growth === undefined ? undefined : rounded(growth.perSecond))),
  fact("full_in", "number", ({ growth }) => (growth?.fullIn === undefined ? undefined : rounded(growth.fullIn))),
  fact("owners", "text", ({ owners }) => owners?.join(" ")),
  fact("error", "text", ({ occupancy }) => errorName(occupancy)),
];

function fact(
  name: string,
  type: Fact<MapStats>["type"],
  of: (stats: MapStats) => FactValue | undefined,
): Fact<MapStats> {
  return { name, type, of: (stats) => of(stats) ?? null };
}
