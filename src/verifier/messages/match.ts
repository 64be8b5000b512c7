import { ARGUMENT_MESSAGES } from "./arguments.ts";
import { CALL_MESSAGES } from "./calls.ts";
import { FUNCTION_MESSAGES } from "./functions.ts";
import { ATTACH_MESSAGES, BTF_MESSAGES } from "./kernel.ts";
import { MEMORY_MESSAGES, STACK_MESSAGES } from "./memory.ts";
import { LOCK_MESSAGES, OBJECT_MESSAGES, REFERENCE_MESSAGES } from "./ownership.ts";
import { expressionOf } from "./pattern.ts";
import { FLOW_MESSAGES, POINTER_MESSAGES, RETURN_MESSAGES } from "./pointers.ts";
import type { MessageRow } from "./row.ts";

/** Every refusal that is known. */
export const MESSAGES: readonly MessageRow[] = [
  ...MEMORY_MESSAGES,
  ...STACK_MESSAGES,
  ...POINTER_MESSAGES,
  ...FLOW_MESSAGES,
  ...RETURN_MESSAGES,
  ...BTF_MESSAGES,
  ...ARGUMENT_MESSAGES,
  ...CALL_MESSAGES,
  ...FUNCTION_MESSAGES,
  ...REFERENCE_MESSAGES,
  ...LOCK_MESSAGES,
  ...OBJECT_MESSAGES,
  ...ATTACH_MESSAGES,
];

interface Matcher {
  readonly row: MessageRow;
  readonly expression: RegExp;
}

let matchers: readonly Matcher[] | undefined;

/**
 * The rows with their expressions, those first that leave least open, so that of several rows the closest is found.
 * They are made with the first message, since most programs that load this have none.
 */
function allMatchers(): readonly Matcher[] {
  matchers ??= MESSAGES.map((row) => ({ row, literal: literalLength(row.pattern) }))
    .sort((a, b) => b.literal - a.literal)
    .map(({ row }) => ({ row, expression: expressionOf(row.pattern) }));
  return matchers;
}

function literalLength(pattern: string): number {
  return pattern.replace(/\{[\w:]+\}/g, "").length;
}

/** A message, the row that it is of, and what stood in the row's places. */
export interface MatchedMessage {
  readonly text: string;
  readonly row: MessageRow;
  readonly values: Readonly<Record<string, string | undefined>>;
}

/** Messages are far shorter; more is not looked at. */
const LONGEST = 600;

/** The row of a message; undefined where no row knows it. */
export function matchMessage(message: string): MatchedMessage | undefined {
  const text = withoutStats(message).trim().slice(0, LONGEST);
  for (const { row, expression } of allMatchers()) {
    const found = expression.exec(text);
    if (found) return { text, row, values: { ...found.groups } };
  }
  return undefined;
}

/** Some kernels forget the end of the line, and the figures follow on the same. */
export function withoutStats(message: string): string {
  const at = message.search(/processed \d+ insns \(limit/);
  return at > 0 ? message.slice(0, at) : message;
}

/**
 * The message of a refusal that says most, among the lines behind the last instruction: the one of highest weight, of
 * several the first. Undefined where none is known.
 */
export function bestMessage(messages: readonly string[]): MatchedMessage | undefined {
  let best: MatchedMessage | undefined;
  for (const message of messages) {
    const matched = matchMessage(message);
    if (matched !== undefined && (best === undefined || weightOf(matched.row) > weightOf(best.row))) best = matched;
  }
  return best;
}

function weightOf({ weight }: MessageRow): number {
  return weight ?? 1;
}
