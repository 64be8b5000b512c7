import { type Effect, effectOf } from "../log/instruction.ts";
import type { Instruction, ProgramLog, SourceLine } from "../log/program-log.ts";
import { frameOf, stateOf } from "../log/state.ts";

/** One step of the path that ends at the refusal. */
export interface TraceStep {
  /** Its place on the path, from 0. */
  readonly index: number;
  readonly pc: number;
  readonly frame: number;
  readonly text: string;
  readonly source: SourceLine | undefined;
}

/** The value of a register when a step was reached, and the step behind which the log says so. */
export interface KnownValue {
  readonly value: string;
  readonly index: number;
}

/** The path to a refusal, for questions backwards. */
export class Trace {
  readonly log: ProgramLog;
  readonly #effects = new Map<number, Effect>();

  constructor(log: ProgramLog) {
    this.log = log;
  }

  get length(): number {
    return this.log.path.length;
  }

  /** The step at which the verifier stopped; undefined where the log shows no instruction. */
  get last(): TraceStep | undefined {
    return this.length === 0 ? undefined : this.step(this.length - 1);
  }

  step(index: number): TraceStep {
    const pc = this.log.path.pc(index);
    const instruction = this.instruction(pc);
    return {
      index,
      pc,
      frame: this.log.path.frame(index),
      text: instruction?.text ?? "",
      source: instruction?.source,
    };
  }

  instruction(pc: number): Instruction | undefined {
    return this.log.instructions.get(pc);
  }

  effect(index: number): Effect {
    const pc = this.log.path.pc(index);
    const known = this.#effects.get(pc);
    if (known !== undefined) return known;
    const made = effectOf(this.instruction(pc)?.text ?? "");
    this.#effects.set(pc, made);
    return made;
  }

  /** The registers behind a step, where the log says them. */
  after(index: number): string | undefined {
    return this.log.path.after(index);
  }

  /** The line of C of a step; code of the compiler's own counts to the line before it in the same function. */
  sourceOf(index: number): SourceLine | undefined {
    const frame = this.log.path.frame(index);
    for (let at = index; at >= 0 && at > index - MOST_SOURCE_STEPS; at--) {
      if (this.log.path.frame(at) !== frame) continue;
      const source = this.instruction(this.log.path.pc(at))?.source;
      if (source !== undefined && (source.text !== "" || source.line !== 0)) return source;
    }
    return undefined;
  }

  /** Returns the value of a register of a frame, or of a slot of its stack, before a step. */
  valueBefore(index: number, frame: number, name: string): KnownValue | undefined {
    for (let at = index - 1; at >= 0 && at > index - MOST_STATE_STEPS; at--) {
      const state = this.after(at);
      if (state === undefined || (frameOf(state)?.frame ?? 0) !== frame) continue;
      const value = stateOf(state, name);
      if (value !== undefined) return { value, index: at };
    }
    const first = this.log.initial;
    const value = first === undefined || (frameOf(first)?.frame ?? 0) !== frame ? undefined : stateOf(first, name);
    return value === undefined ? undefined : { value, index: -1 };
  }

  /** Returns the value that a step gave a register. */
  valueAfter(index: number, frame: number, name: string): string | undefined {
    const state = this.after(index);
    if (state === undefined || (frameOf(state)?.frame ?? 0) !== frame) return undefined;
    return stateOf(state, name);
  }

  /** The last step before `index` for which the question is true. */
  lastBefore(index: number, question: (effect: Effect, index: number) => boolean): number | undefined {
    for (let at = index - 1; at >= 0; at--) {
      if (question(this.effect(at), at)) return at;
    }
    return undefined;
  }
}

/** The most steps back to look for a line of C. */
const MOST_SOURCE_STEPS = 2_000;
/** The most steps back to look for a register: farther than states are kept. */
const MOST_STATE_STEPS = 25_000;
