import type { Field } from "../../codec/access/field.ts";
import type { QueryText } from "../fields/query-error.ts";
import { withParentheses } from "./parse.ts";
import { type ComparisonOperator, MIRRORED } from "./terms/operators.ts";
import type { LocatedField, Term } from "./terms/terms.ts";

/** A constant of an expression. */
export interface ComparedConstant {
  /** The constant as the user wrote it. */
  readonly text: string;
  readonly value: bigint | number | string | Uint8Array;
  /** The function that it came from, such as `htons`; undefined for plain numbers and strings. */
  readonly madeBy: string | undefined;
}

/**
 * A comparison of a field with constants, in an expression that was accepted: `in` with each of a list, `contains` of
 * an array with one that an element may equal.
 */
export interface ConstantComparison {
  readonly field: Field;
  /** The field as the user wrote it. */
  readonly text: string;
  readonly operator: ComparisonOperator | "in" | "contains";
  readonly constants: readonly ComparedConstant[];
}

/** One side of a comparison, and the field that it names, if it is one. */
export interface ComparedTerm {
  readonly term: Term;
  readonly located: LocatedField | undefined;
}

/** The comparison of a field with a constant, whichever stands first; undefined where it is none. */
export function constantComparison(
  source: QueryText,
  operator: ComparisonOperator,
  a: ComparedTerm,
  b: ComparedTerm,
): ConstantComparison | undefined {
  return oneSided(source, operator, a, b) ?? oneSided(source, MIRRORED[operator], b, a);
}

/** The comparison of a field with the constants of a list. */
export function listComparison(
  source: QueryText,
  { located, term }: ComparedTerm,
  elements: readonly Term[],
): ConstantComparison | undefined {
  const constants = elements.flatMap((element) => constantOf(source, element) ?? []);
  if (located === undefined || constants.length === 0) return undefined;
  return { field: located.field, text: sourceOf(source, term), operator: "in", constants };
}

/** The comparison of a constant with the elements of an array. */
export function elementComparison(
  source: QueryText,
  constant: Term,
  list: Term,
  element: LocatedField,
): ConstantComparison | undefined {
  const known = constantOf(source, constant);
  if (known === undefined) return undefined;
  return { field: element.field, text: sourceOf(source, list), operator: "contains", constants: [known] };
}

function oneSided(
  source: QueryText,
  operator: ComparisonOperator,
  { located, term }: ComparedTerm,
  other: ComparedTerm,
): ConstantComparison | undefined {
  if (located === undefined) return undefined;
  const constant = constantOf(source, other.term);
  if (constant === undefined) return undefined;
  return { field: located.field, text: sourceOf(source, term), operator, constants: [constant] };
}

function constantOf(source: QueryText, term: Term): ComparedConstant | undefined {
  if (!("constant" in term) || term.constant === undefined) return undefined;
  const madeBy = term.type === "integer" ? (term.madeBy ?? (term.enumerator && "enum")) : undefined;
  return { text: sourceOf(source, term), value: term.constant, madeBy: term.type === "address" ? "ip" : madeBy };
}

function sourceOf({ text }: QueryText, { range }: Term): string {
  const { start, end } = withParentheses(text, range);
  return text.slice(start, end);
}
