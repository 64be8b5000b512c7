import type { ASTNode } from "@marcbachmann/cel-js";
import type { Range } from "../fields/query-error.ts";
import { CLOCK_NAMES, type ClockName, type QueryClock, timeOf } from "./terms/clock.ts";
import { constantInteger, MAX_INT, type Term, type TermCompiler } from "./terms/terms.ts";
import { durationOf, timestampOf } from "./terms/time-text.ts";

/** `now()`, or `now("boot")` of another clock: the nanoseconds when a batch of entries is filtered. */
export function now(compiler: TermCompiler, [clock]: readonly ASTNode[], range: Range): Term {
  const name = clockName(compiler, clock);
  checkedClock(compiler, "now", range);
  return { type: "integer", code: compiler.now(name), min: 0n, max: MAX_INT, uniform: true, madeBy: "now", range };
}

/** `durationConstant("60s")`: a constant of nanoseconds. */
export function durationConstant(compiler: TermCompiler, [node]: readonly ASTNode[], range: Range): Term {
  const { text, range: where } = knownText(compiler, node, 'duration() takes a string such as "1h30m" or "1.5ms"');
  const nanoseconds = durationOf(text);
  if (nanoseconds !== undefined) return { ...constantInteger(nanoseconds), madeBy: "duration", range };
  return compiler.fail(where, 'not a duration, such as "60s", "1h30m" or "1.5ms" (at most 292 years)');
}

/**
 * `timestamp("2025-01-31T12:00:00Z")`: a constant in the clock of `bpf_ktime_get_ns()`, or in the one that is named.
 */
export function timestamp(compiler: TermCompiler, [node, clock]: readonly ASTNode[], range: Range): Term {
  const { text, range: where } = knownText(compiler, node, 'timestamp() takes a string such as "2025-01-31T12:00:00Z"');
  const time = timestampOf(text);
  if (time === undefined) return compiler.fail(where, 'not a time of RFC 3339, such as "2025-01-31T12:00:00Z"');
  const name = clockName(compiler, clock);
  const known = checkedClock(compiler, "timestamp", range);
  const offset = timeOf(known, "realtime") - timeOf(known, name);
  return { ...constantInteger(time - offset), madeBy: "timestamp", range };
}

function clockName(compiler: TermCompiler, node: ASTNode | undefined): ClockName {
  if (node === undefined) return "monotonic";
  const names = `a clock is ${CLOCK_NAMES.map((name) => `"${name}"`)
    .join(", ")
    .replace(/, (?=[^,]*$)/, " or ")}`;
  const { text, range } = knownText(compiler, node, names);
  return CLOCK_NAMES.find((name) => name === text) ?? compiler.fail(range, names);
}

function checkedClock(compiler: TermCompiler, name: string, range: Range): QueryClock {
  return compiler.clock ?? compiler.fail(range, `\`${name}()\` needs a clock, which this query does not have`);
}

function knownText(
  compiler: TermCompiler,
  node: ASTNode | undefined,
  message: string,
): { readonly text: string; readonly range: Range } {
  const term = node === undefined ? undefined : compiler.term(node);
  if (term?.type === "text" && term.constant !== undefined) return { text: term.constant, range: term.range };
  return compiler.fail(term?.range ?? { start: 0, end: 0 }, message);
}
