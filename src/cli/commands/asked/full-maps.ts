import { percentText } from "../../../output/quantities.ts";
import { isTooFull, type MeasuredMap, ratioOf } from "../../../output/stats/stats.ts";
import type { Session } from "../../session/session.ts";

/** Warns of the maps at the threshold. Returns true if there is one. */
export function warnOfFull(all: readonly MeasuredMap[], threshold: number, { warn }: Pick<Session, "warn">): boolean {
  const full = all.filter((stats) => isTooFull(stats, threshold));
  for (const stats of full) {
    const { id, name } = stats.info;
    const label = `map id ${id}${name === "" ? "" : ` (${name})`}`;
    warn(`Warning: ${label} is ${percentText(ratioOf(stats) ?? 0)} full: ${useText(stats)}`);
  }
  return full.length > 0;
}

function useText({ info, occupancy: { entries, ring, estimate } }: MeasuredMap): string {
  if (ring === undefined) return `${estimate === undefined ? "" : "about "}${entries} of ${info.maxEntries} entries`;
  const consumer = ring.consumed === 0n && ring.pending > 0 ? ", and nothing was ever consumed" : "";
  const drops = ring.isFull ? "; the producer is dropping" : "";
  return `${ring.pending} of ${ring.size} bytes are pending${consumer}${drops}`;
}
