import type { FactColumn, FactValue } from "../../query/facts/facts.ts";
import type { ShownFact } from "../facts/fact-writer.ts";
import { errorName, type MeasuredMap, mapTypeText, ratioOf, rounded } from "./stats.ts";

/** The columns of `stats` and `top`, by the names that they have in JSON, `--where`, `--sort` and CSV. */
export const STATS_FACTS: readonly ShownFact<MeasuredMap>[] = [
  fact("id", "integer", ({ info }) => info.id),
  fact("name", "text", ({ info }) => info.name),
  fact("type", "text", ({ info }) => mapTypeText(info)),
  fact("entries", "integer", ({ occupancy }) => occupancy.entries),
  fact("max_entries", "integer", ({ info }) => info.maxEntries),
  fact("ratio", "number", (stats) => {
    const ratio = ratioOf(stats);
    return ratio === undefined ? undefined : Number(ratio.toFixed(4));
  }),
  fact("when_full", "text", ({ occupancy }) => occupancy.whenFull),
  fact("preallocated", "flag", ({ occupancy }) => occupancy.preallocated),
  fact("memlock", "integer", ({ memlock }) => memlock),
  fact("mode", "text", ({ occupancy }) => occupancy.mode),
  fact("complete", "flag", ({ occupancy: { report, error, estimate } }) => {
    return report?.complete ?? (error === undefined && estimate === undefined);
  }),
  fact("error_95", "integer", ({ occupancy: { estimate } }) => {
    return estimate?.kind === "sampled" ? estimate.error : undefined;
  }),
  fact("at_least", "flag", ({ occupancy }) => occupancy.estimate?.kind === "at-least"),
  fact("pending", "integer", ({ occupancy }) => occupancy.ring?.pending),
  fact("consumed", "integer", ({ occupancy }) => occupancy.ring?.consumed),
  fact("growth", "number", ({ growth }) => (growth === undefined ? undefined : rounded(growth.perSecond))),
  fact("full_in", "number", ({ growth }) => (growth?.fullIn === undefined ? undefined : rounded(growth.fullIn))),
  fact("owner", "text", ({ owner }) => owner?.name),
  fact("owners", "text", ({ owner }) => owner?.text),
  fact("orphaned", "flag", ({ owner }) => owner?.isOrphaned),
  fact("error", "text", ({ occupancy }) => errorName(occupancy)),
];

/** The columns for which owners must be looked up. */
export const OWNER_FACTS: readonly string[] = ["owner", "owners", "orphaned"];

function fact(
  name: string,
  kind: FactColumn<MeasuredMap>["kind"],
  of: (stats: MeasuredMap) => FactValue | undefined,
): ShownFact<MeasuredMap> {
  const value = (stats: MeasuredMap): FactValue => {
    const known = of(stats);
    // CEL's integers are bigints.
    return kind === "integer" && typeof known === "number" ? BigInt(known) : known;
  };
  return { name, kind, value };
}
