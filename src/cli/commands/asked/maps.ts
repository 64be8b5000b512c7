import type { QuerySpec } from "../../../query/query.ts";
import { configFiles } from "../../maps/config-files.ts";
import type { MapFinder } from "../../maps/select-maps.ts";
import type { TypeSources } from "../../maps/type-sources.ts";
import { observeReads, type ReadWatch } from "../../reads/observe-reads.ts";
import { progressLine } from "../../reads/progress.ts";
import type { Session } from "../../session/session.ts";
import type { ReadPlan } from "../../watch/read-plan.ts";

// Functions in this folder turn a command's session into what its work needs. The session itself goes no further.

/** Returns the kernel and the dialect to find maps with. */
export function mapFinder({ kernel, dialect, warn, stdin }: Session): MapFinder {
  return { kernel, dialect, warn, stdin };
}

/** The types that the command line and the configuration give maps. */
export function typeSources({ options, context, warn }: Session): TypeSources {
  const { btf, btfBase, keyType: key, valueType: value, schema, config } = options;
  return {
    given: { btf, btfBase, key, value, schema },
    config: configFiles(config, { env: context.env, uid: context.uid, warn }),
    kernelRelease: () => context.origin().kernel,
    warn,
  };
}

/** Tells whether the command line chooses the types of entries. */
export function hasGivenTypes({ options: { btf, keyType, valueType, schema, config } }: Session): boolean {
  return [btf, keyType, valueType, schema, config].some((one) => one !== undefined);
}

/** Begins to watch reads, as --report and --no-progress want it. */
export function watchReads({ context, options, warn }: Session): ReadWatch {
  return observeReads({
    progress: options.noProgress ? {} : progressLine(context),
    report: options.report ? (options.json ? "json" : "words") : undefined,
    clock: context.clock,
    warn,
  });
}

/** The query of the command line. */
export function askedQuery({ options }: Session): QuerySpec {
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

const DEFAULT_INTERVAL_MS = 1000;

/** Returns the schedule of a map that is watched. */
export function readPlan({ options: { interval = DEFAULT_INTERVAL_MS, reads } }: Session): ReadPlan {
  return { interval, count: reads ?? Number.POSITIVE_INFINITY };
}
