import { OWNER_FACTS } from "../../../output/stats/stats-facts.ts";
import type { StatsQuery, StatsSpec } from "../../../output/stats/stats-query.ts";
import { findOwners } from "../../../reader/owners/find-owners.ts";
import { ownerName, ownersText } from "../../../reader/owners/owner-text.ts";
import type { Owners } from "../../../reader/owners/owners.ts";
import { LinuxObjectKernel } from "../../../sys/objects/linux.ts";
import type { Session } from "../../session/session.ts";
import type { MeasuredMaps, MeasureTime, OwnerLookup } from "../../watch/measure-maps.ts";
import { mapFinder } from "./maps.ts";

/**
 * The maps that the command line asks for, with their owners if it names these, or the screen has a column for them.
 */
export function measuredMaps(
  words: readonly string[],
  query: StatsQuery,
  session: Session,
  hasColumn = false,
): MeasuredMaps {
  const { options } = session;
  const isNamed = options.statsOwners || options.statsGroupBy === "owner";
  const isNeeded = isNamed || OWNER_FACTS.some((name) => query.names.has(name));
  const owners = isNeeded || hasColumn ? ownerLookup(session) : undefined;
  return { words, finder: mapFinder(session), owners, ownersLater: !isNeeded };
}

/** Returns the filter, the order and the number of maps that the command line asks for. */
export function statsSpec({ options }: Session): StatsSpec {
  return { where: options.statsWhere, sort: options.statsSort, top: options.statsTop };
}

const DEFAULT_CPU_PERCENT = 5;
/** Owners change seldom, and looking for them reads all of /proc. */
const OWNERS_EVERY_MS = 10_000;

/** The time of each measurement that is one of many: a share of the interval between them. */
export function measureTime(interval: number, { options, context: { clock } }: Session): MeasureTime {
  const percent = options.cpu ?? DEFAULT_CPU_PERCENT;
  const budget = options.exact ? Number.POSITIVE_INFINITY : (interval * percent) / 100;
  return { clock, budget, ownersEvery: OWNERS_EVERY_MS };
}

/** Finds the owners of all maps as they are now. */
export async function allOwners({ kernel, context }: Session): Promise<Owners> {
  return await findOwners({ kernel, objects: context.objects ?? new LinuxObjectKernel(), self: context.pid });
}

/** Looks up owners. What can't be looked up is said once. */
function ownerLookup(session: Session): OwnerLookup {
  const { warn } = session;
  const said = new Set<string>();
  return async () => {
    const owners = await allOwners(session);
    for (const { reason } of owners.gaps) {
      if (!said.has(reason)) warn(`Warning: owners may be missing: ${reason}`);
      said.add(reason);
    }
    return (id) => {
      const found = owners.of(id);
      return { name: ownerName(found), text: ownersText(found), isOrphaned: found.isOrphaned };
    };
  };
}
