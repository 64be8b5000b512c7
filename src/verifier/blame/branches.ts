import type { SourceLine } from "../log/program-log.ts";
import type { Trace } from "./trace.ts";

/** A branch on the way to the refusal. */
export interface Branch {
  readonly pc: number;
  readonly condition: string;
  /** True if the condition held, so that the jump was taken. */
  readonly taken: boolean;
  readonly source: SourceLine | undefined;
  /** The times in a row that the path came by here with the same outcome, in a loop. */
  times: number;
}

/** Only so many are looked at; a loop has far more. */
const MOST_STEPS = 200_000;

/** The last branches of the path, the oldest first, at most `most`. */
export function branchesOf(trace: Trace, most = 24): Branch[] {
  const found: Branch[] = [];
  const end = trace.length - 1;
  for (let at = end - 1; at >= 0 && at > end - MOST_STEPS && found.length < most; at--) {
    const { condition, distance } = trace.effect(at);
    if (condition === undefined || distance === undefined) continue;
    const { pc } = trace.step(at);
    const taken = trace.log.path.pc(at + 1) !== pc + 1;
    const same = found.find((one) => one.pc === pc && one.taken === taken);
    if (same !== undefined) same.times += 1;
    else found.push({ pc, condition, taken, source: trace.sourceOf(at), times: 1 });
  }
  return found.reverse();
}
