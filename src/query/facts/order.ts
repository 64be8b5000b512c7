import { splitParts, trimmed } from "../fields/parts.ts";
import { type QueryText, queryError } from "../fields/query-error.ts";
import { unknownFact } from "./condition.ts";
import type { Fact, FactValue } from "./facts.ts";

/** An order by a fact. */
export interface FactKey<Thing> {
  readonly fact: Fact<Thing>;
  readonly isDescending: boolean;
}

/** Parses `ratio:desc,name`. Throws QUERY_INVALID. */
export function factKeys<Thing>(source: QueryText, facts: readonly Fact<Thing>[]): FactKey<Thing>[] {
  return splitParts(source).map((part) => {
    const text = source.text.slice(part.start, part.end);
    const [suffix, word] = /\s*:\s*(\w*)$/.exec(text) ?? ["", "asc"];
    const range = trimmed(source, { start: part.start, end: part.end - suffix.length });
    if (word !== "asc" && word !== "desc") {
      throw queryError(source, { start: range.end, end: part.end }, "an order is :asc or :desc");
    }
    const name = source.text.slice(range.start, range.end);
    const fact = facts.find((one) => one.name === name);
    if (fact === undefined) throw queryError(source, range, unknownFact(name, facts));
    return { fact, isDescending: word === "desc" };
  });
}

/** Returns things in the order of some facts; equal ones stay in theirs, and unknown facts come last. */
export function orderByFacts<Thing>(things: readonly Thing[], keys: readonly FactKey<Thing>[]): Thing[] {
  return [...things].sort((a, b) => {
    for (const { fact, isDescending } of keys) {
      const order = compare(fact.of(a), fact.of(b), isDescending);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function compare(a: FactValue, b: FactValue, isDescending: boolean): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b === isDescending ? 1 : -1;
}
