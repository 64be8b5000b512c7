import { readValue, type Value } from "../log/state.ts";
import type { KindName } from "../messages/kinds.ts";
import type { MatchedMessage } from "../messages/match.ts";
import { type HistoryStep, historyOf } from "./history.ts";
import type { Trace } from "./trace.ts";

/** All that is known of a refusal before it is judged. */
export interface RefusalContext {
  readonly trace: Trace;
  readonly matched: MatchedMessage;
  /** All messages behind the last instruction, as one text. */
  readonly messages: string;
  /** The step where the verifier stopped; undefined where the log shows none. */
  readonly index: number | undefined;
  readonly frame: number;
  /** The register that the message or the instruction is about. */
  readonly register: string | undefined;
  /** The register's value, as the log writes it, and parsed. */
  readonly value: string | undefined;
  readonly parsed: Value | undefined;
  readonly history: readonly HistoryStep[];
}

/** A refusal that was judged. */
export interface Judged {
  readonly kind: KindName;
  readonly reason: string;
  /** The place of the culprit, if it isn't the one at which the verifier stopped. */
  readonly culprit?: { readonly index?: number; readonly pc?: number };
}

/** Gathers what the log knows of the register that a refusal is about. */
export function contextOf(trace: Trace, matched: MatchedMessage, messages: readonly string[]): RefusalContext {
  const index = stoppedAt(trace, matched);
  const frame = index === undefined ? 0 : trace.log.path.frame(index);
  const register = registerOf(trace, matched, index);
  const known = index === undefined || register === undefined ? undefined : trace.valueBefore(index, frame, register);
  const history = index === undefined || register === undefined ? [] : historyOf(trace, index, register, frame);
  const said = valueInMessage(matched);
  // A call may have made the register void, which states don't show until it is used.
  const isVoid = said !== undefined && /^(?:inv|scalar)$/.test(said) && isPointer(known?.value);
  const value = isVoid ? said : (known?.value ?? said);
  return {
    trace,
    matched,
    messages: messages.join("\n"),
    index,
    frame,
    register,
    value,
    parsed: value === undefined ? undefined : readValue(value),
    history,
  };
}

/** The last step, or the last one of the instruction that the message names. */
function stoppedAt(trace: Trace, { values }: MatchedMessage): number | undefined {
  const named = values.pc;
  if (named === undefined) return trace.length === 0 ? undefined : trace.length - 1;
  const pc = Number(named);
  for (let at = trace.length - 1; at >= 0; at--) {
    if (trace.log.path.pc(at) === pc) return at;
  }
  return undefined;
}

/** `R3`, and for `arg#2`, `args#2`, `arg #2`, `arg2` the register that passes it: they count from 0. */
function registerOf(trace: Trace, { values }: MatchedMessage, index: number | undefined): string | undefined {
  const named = values.reg2 ?? values.reg;
  const [, kind, number] = /^(R|args? ?#?)(\d+)$/.exec(named ?? "") ?? [];
  if (kind === "R") return `R${number}`;
  if (number !== undefined) return `R${Number(number) + 1}`;
  if (index === undefined) return undefined;
  return trace.effect(index).memory?.base;
}

/** `R1 type=map_value_or_null expected=...` says itself what R1 is. */
function valueInMessage({ values, row }: MatchedMessage): string | undefined {
  return row.pattern.includes("type=") || row.pattern.includes("mem access") ? values.type : undefined;
}

function isPointer(value: string | undefined): boolean {
  const type = value === undefined ? undefined : readValue(value)?.type;
  return type !== undefined && type !== "scalar";
}
