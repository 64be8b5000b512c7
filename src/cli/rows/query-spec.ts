import type { QuerySpec } from "../../query/query.ts";
import type { Options } from "../args/flags.ts";

/** The query that options ask for. */
export function querySpec(options: Options): QuerySpec {
  const { where, select, sort, top, limit, perCpu, groupBy, agg: aggregates, maxGroups } = options;
  return {
    ...(where && { where }),
    ...(select && { select }),
    ...(sort && { sort }),
    ...(groupBy && { groupBy }),
    ...(aggregates && { aggregates }),
    ...(perCpu && { perCpu }),
    ...(top !== undefined && { top }),
    ...(limit !== undefined && { limit }),
    ...(maxGroups !== undefined && { maxGroups }),
  };
}
