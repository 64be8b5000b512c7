import { hostName } from "../../../sdk/machine/table-origin.ts";
import type { Session } from "../../session/session.ts";
import type { HistoryPlan } from "../../watch/keep-history.ts";
import type { ReadPlan } from "../../watch/read-plan.ts";

const DEFAULT_ROTATE_MS = 300_000;

/** Returns where the files of a history go, and how long each is added to. */
export function historyPlan({ options, warn }: Session): HistoryPlan {
  const { dir = ".", rotate = DEFAULT_ROTATE_MS, host = hostName() } = options;
  return { dir, rotate, host, warn };
}

/** Returns the schedule of a history's reads: one for each file, unless more are asked for. */
export function historyReads({ options }: Session): ReadPlan {
  const { interval, rotate = DEFAULT_ROTATE_MS, reads } = options;
  return { interval: interval ?? rotate, count: reads ?? Number.POSITIVE_INFINITY };
}
