import type { SourceLine } from "../log/program-log.ts";
import type { Trace } from "./trace.ts";

/** The way in which a register came by its value in one step. */
export type HistoryKind =
  | "constant"
  | "loaded"
  | "returned"
  | "moved"
  | "changed"
  | "spilled"
  | "filled"
  | "argument"
  | "compared"
  | "start";

/** A step of a register's history. */
export interface HistoryStep {
  readonly kind: HistoryKind;
  /** The register or stack slot (`fp-8`) that held the value there. */
  readonly register: string;
  readonly index: number;
  readonly pc: number;
  readonly text: string;
  readonly frame: number;
  readonly source: SourceLine | undefined;
  /** The verifier's knowledge of it behind the step. */
  readonly value: string | undefined;
  /** The times that the path went through the same step, in a loop. */
  times: number;
}

const MOST_STEPS = 40;
const MOST_COMPARISONS = 8;

/** The state of the walk: the register or slot that it follows, and its frame. */
interface Followed {
  register: string;
  slot: number | undefined;
  frame: number;
}

/**
 * The origins of the value of a register before a step, the newest step first: through moves, additions, spills to the
 * stack and fills from it, arguments and return values of functions, back to the load, call or constant that made it.
 * Each step of the path is looked at once.
 */
export function historyOf(trace: Trace, index: number, register: string, frame: number): HistoryStep[] {
  const steps: HistoryStep[] = [];
  const followed: Followed = { register, slot: undefined, frame };
  let comparisons = 0;
  for (let at = index - 1; at >= 0 && steps.length < MOST_STEPS; at--) {
    const kind = kindAt(trace, at, followed);
    if (kind === undefined) continue;
    if (kind !== "compared" || comparisons++ < MOST_COMPARISONS) addStep(steps, trace, at, kind, followed);
    if (!followOn(trace, at, kind, followed)) return steps;
  }
  addStart(trace, steps, followed);
  return steps;
}

/** A step that the path came by before, in a loop, is counted. */
function addStep(steps: HistoryStep[], trace: Trace, at: number, kind: HistoryKind, followed: Followed): void {
  const register = followed.slot === undefined ? followed.register : `fp${followed.slot}`;
  const pc = trace.log.path.pc(at);
  const same = steps.find((step) => step.pc === pc && step.kind === kind && step.register === register);
  if (same !== undefined) {
    same.times += 1;
    return;
  }
  const { text, frame } = trace.step(at);
  const value = trace.valueAfter(at, followed.frame, register);
  steps.push({ kind, register, index: at, pc, text, frame, source: trace.sourceOf(at), value, times: 1 });
}

function addStart(trace: Trace, steps: HistoryStep[], { register, slot, frame }: Followed): void {
  if (slot !== undefined || trace.log.path.dropped > 0 || trace.log.headless || steps.length >= MOST_STEPS) return;
  const value = trace.log.initial === undefined ? undefined : trace.valueBefore(0, frame, register)?.value;
  steps.push({ kind: "start", register, index: -1, pc: -1, text: "", frame, source: undefined, value, times: 1 });
}

/** The relation of a step to the register or slot that is followed. */
function kindAt(trace: Trace, at: number, followed: Followed): HistoryKind | undefined {
  const frame = trace.log.path.frame(at);
  const effect = trace.effect(at);
  if (frame < followed.frame) return effect.call === "none" ? undefined : "argument";
  if (frame > followed.frame) return isReturnOf(trace, at, followed) ? "returned" : undefined;
  if (followed.slot !== undefined) {
    const stores =
      effect.memory?.write === true && effect.memory.base === "R10" && effect.memory.offset === followed.slot;
    return stores ? "spilled" : undefined;
  }
  if (effect.target === followed.register) return kindOfTarget(trace, at);
  return effect.tested.includes(followed.register) ? "compared" : undefined;
}

function kindOfTarget(trace: Trace, at: number): HistoryKind {
  const effect = trace.effect(at);
  switch (effect.how) {
    case "move":
      return "moved";
    case "constant":
      return "constant";
    case "call":
      return "returned";
    case "change":
      return "changed";
    default:
      return effect.memory?.base === "R10" && !effect.memory.write ? "filled" : "loaded";
  }
}

/** Turns to what the value was before the step; false where the step made it. */
function followOn(trace: Trace, at: number, kind: HistoryKind, followed: Followed): boolean {
  const effect = trace.effect(at);
  switch (kind) {
    case "compared":
    case "changed":
      return true;
    case "moved":
    case "spilled":
      if (effect.source === undefined) return false;
      followed.register = effect.source;
      followed.slot = undefined;
      return true;
    case "filled":
      followed.slot = effect.memory?.offset;
      return true;
    case "argument":
      followed.frame = trace.log.path.frame(at);
      return effect.call === "program" && /^R[1-5]$/.test(followed.register);
    case "returned":
      followed.frame = trace.log.path.frame(at);
      return effect.exit;
    default:
      return false;
  }
}

/** Tells whether a step is the exit of the function whose return value is followed. */
function isReturnOf(trace: Trace, at: number, { register, slot, frame }: Followed): boolean {
  if (slot !== undefined || register !== "R0" || !trace.effect(at).exit) return false;
  if (trace.log.path.frame(at) !== frame + 1) return false;
  let call = at - 1;
  while (call >= 0 && trace.log.path.frame(call) > frame) call -= 1;
  // A callback's return value goes to the kernel.
  return trace.effect(call).call === "program";
}

/** The step that made the value, if the history reaches so far. */
export function originOf(history: readonly HistoryStep[]): HistoryStep | undefined {
  const last = history.at(-1);
  return last === undefined || last.kind === "compared" ? undefined : last;
}
