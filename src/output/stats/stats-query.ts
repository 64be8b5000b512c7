import { factFilter } from "../../query/facts/fact-filter.ts";
import { factOrder } from "../../query/facts/fact-order.ts";
import type { QueryText } from "../../query/fields/query-error.ts";
import type { MeasuredMap } from "./stats.ts";
import { STATS_FACTS } from "./stats-facts.ts";

/** The filter, the order and the number of maps that the command line asks for. */
export interface StatsSpec {
  readonly where?: QueryText | undefined;
  readonly sort?: QueryText | undefined;
  readonly top?: number | undefined;
}

/** Keeps the maps that a condition holds for, in an order, and the first of them. */
export interface StatsQuery {
  /** The names of the columns that it reads. */
  readonly names: ReadonlySet<string>;
  readonly apply: (all: readonly MeasuredMap[]) => readonly MeasuredMap[];
}

/** Compiles what is asked for. `usual` is the order without `--sort`. Throws QUERY_INVALID. */
export function statsQuery(
  { where, sort, top }: StatsSpec,
  usual?: (a: MeasuredMap, b: MeasuredMap) => number,
): StatsQuery {
  const filter = where === undefined ? undefined : factFilter(where, STATS_FACTS);
  const order = sort === undefined ? undefined : factOrder(sort, STATS_FACTS);
  const compare = order?.compare ?? usual;
  return {
    names: new Set([...(filter?.names ?? []), ...(order?.names ?? [])]),
    apply: (all) => {
      const kept = filter === undefined ? all : all.filter(filter.keeps);
      const ordered = compare === undefined ? kept : [...kept].sort(compare);
      return top === undefined ? ordered : ordered.slice(0, top);
    },
  };
}
