import { compileCondition } from "../../query/facts/condition.ts";
import type { FactKey } from "../../query/facts/order.ts";
import { factKeys, orderByFacts } from "../../query/facts/order.ts";
import type { QueryText } from "../../query/fields/query-error.ts";
import type { MapStats } from "./stats.ts";
import { STATS_FACTS } from "./stats-facts.ts";

/** What the command line asks for of maps. */
export interface StatsSpec {
  readonly where?: QueryText | undefined;
  readonly sort?: QueryText | undefined;
  readonly top?: number | undefined;
}

/** Keeps the maps that a condition holds for, in an order, and the first of them. */
export interface StatsQuery {
  readonly keys: readonly FactKey<MapStats>[];
  readonly apply: (all: readonly MapStats[]) => readonly MapStats[];
}

/** Compiles what is asked for. Throws QUERY_INVALID. */
export function statsQuery({ where, sort, top }: StatsSpec): StatsQuery {
  const isKept = where === undefined ? undefined : compileCondition(where, STATS_FACTS);
  const keys = sort === undefined ? [] : factKeys(sort, STATS_FACTS);
  return {
    keys,
    apply: (all) => {
      const kept = isKept === undefined ? all : all.filter(isKept);
      const ordered = keys.length === 0 ? kept : orderByFacts(kept, keys);
      return top === undefined ? ordered : ordered.slice(0, top);
    },
  };
}
