import { typeText } from "../../codec/access/accessor.ts";
import { address } from "../../codec/access/operand.ts";
import { addressBytes } from "../../codec/keys/addresses.ts";
import { suggestion } from "../../nearest.ts";
import type { EnumLayout } from "../../schema/layout.ts";
import { isByteArray } from "../fields/layouts.ts";
import type { Range } from "../fields/query-error.ts";
import { celPath, shownAs } from "./rendered.ts";
import { anyElement, elementsOf } from "./sequences.ts";
import { addressField, inNetworkCode } from "./terms/addresses.ts";
import { enumeratorValue, flagsValue } from "./terms/enumerators.ts";
import { EXPRESSION_HELPERS } from "./terms/helpers.ts";
import { type ComparisonOperator, compareIntegers } from "./terms/operators.ts";
import {
  constantInteger,
  isOfCpus,
  type LocatedField,
  type Term,
  type TermCompiler,
  type TextTerm,
  termTypeText,
} from "./terms/terms.ts";

/** The number of constants from which on a list becomes a set. */
const SET_FROM = 4;

/** The code of a comparison. Fails where the types don't go together. */
export function compareTerms(compiler: TermCompiler, op: ComparisonOperator, x: Term, y: Term, range: Range): string {
  const [a, b] = [withEnumerator(compiler, x, y), withEnumerator(compiler, y, x)];
  if (areOfTwoEnums(a, b)) return mismatch(compiler, op, a, b, range);
  const known = compareConstants(op, a, b);
  if (known !== undefined) return String(known);
  if (a.type === "integer" && b.type === "integer") return compareIntegers(op, a, b, compiler);
  // Numbers and bigints compare exactly with one another, also with fractions.
  if (isNumeric(a) && isNumeric(b)) return `(${a.code} ${op} ${b.code})`;
  if (a.type === "text" && b.type === "text") return compareTexts(compiler, op, a, b);
  const isEquality = op === "==" || op === "!=";
  const agreed = isEquality
    ? (compareAgreed(compiler, a, b, range) ?? compareAgreed(compiler, b, a, range))
    : undefined;
  if (agreed !== undefined) return op === "==" ? agreed : `(!${agreed})`;
  if (isEquality && a.type === "bool" && b.type === "bool") return `(${a.code} ${op}= ${b.code})`;
  const bytes = isEquality ? (compareBytes(compiler, a, b) ?? compareBytes(compiler, b, a)) : undefined;
  if (bytes === undefined) return mismatch(compiler, op, a, b, range);
  return op === "==" ? bytes : `(!${bytes})`;
}

/** The code of `x in [1, 2, 3]`. */
export function listMembership(compiler: TermCompiler, item: Term, elements: readonly Term[]): string {
  const list = elements.map((element) => withEnumerator(compiler, element, item));
  const set = constantSet(item, list);
  if (set !== undefined) return `t[${compiler.table(set.values)}].has(${set.code})`;
  const comparisons = list.map((element) => compareTerms(compiler, "==", item, element, element.range));
  return comparisons.length === 0 ? "false" : `(${comparisons.join(" || ")})`;
}

/** The constants of a long list as a set, and the code of what is looked up in it. */
function constantSet(item: Term, list: readonly Term[]): { values: Set<unknown>; code: string } | undefined {
  const constants = list.map((element) => ("constant" in element ? element.constant : undefined));
  if (constants.length < SET_FROM || list.some((element) => areOfTwoEnums(item, element))) return undefined;
  const values = new Set<unknown>(constants);
  if (item.type === "text" && constants.every((one) => typeof one === "string")) return { values, code: item.code };
  if (item.type !== "integer" || !constants.every((one) => typeof one === "bigint")) return undefined;
  return { values, code: `BigInt(${item.code})` };
}

/** Tests for an enumerator that is compared with a field or an enumerator of another enum. */
function areOfTwoEnums(a: Term, b: Term): boolean {
  const [enumA, enumB] = [enumOf(a), enumOf(b)];
  if (enumA === undefined || enumB === undefined || enumA === enumB) return false;
  return (a.type === "integer" && a.enumerator !== undefined) || (b.type === "integer" && b.enumerator !== undefined);
}

/** The expressions that test the values of a field that may differ between CPUs, for messages. */
export function eachCpu({ located }: { readonly located: LocatedField }): string {
  const path = celPath(located.field);
  return `of any of them: ${path}.exists(x, …), of each: ${path}.all(x, …)`;
}

/** The enumerator that a string names where it is compared with an enum, since the output shows names as strings. */
function withEnumerator(compiler: TermCompiler, term: Term, other: Term): Term {
  const layout = enumOf(other);
  if (layout === undefined || term.type !== "text" || term.constant === undefined) return term;
  const { constant: text, range } = term;
  const value = enumeratorValue(layout, text) ?? flagsValue(layout, text);
  if (value !== undefined) return { ...constantInteger(value), enumerator: layout, range };
  if (/^-?\d+$/.test(text)) return compiler.fail(range, `a number stands without quotes: ${text}`);
  return compiler.fail(range, unknownEnumerator(layout, text));
}

/** The message for a name that an enum doesn't have. */
export function unknownEnumerator(layout: EnumLayout, name: string): string {
  const names = layout.values.map((one) => one.name);
  return `no \`${name}\` in \`${typeText(layout)}\`${suggestion(name, names)}`;
}

/** The result of a comparison of two constants that have an order; undefined where one differs from entry to entry. */
function compareConstants(op: ComparisonOperator, a: Term, b: Term): boolean | undefined {
  if (isNumeric(a) && isNumeric(b)) {
    const [x, y] = [a.constant, b.constant];
    return x === undefined || y === undefined ? undefined : holds(op, x <= y && x >= y, x < y, x > y);
  }
  if (a.type !== "text" || b.type !== "text" || a.constant === undefined || b.constant === undefined) return undefined;
  const order = EXPRESSION_HELPERS.compareText(a.constant, b.constant);
  return holds(op, order === 0, order < 0, order > 0);
}

function holds(op: ComparisonOperator, equal: boolean, less: boolean, greater: boolean): boolean {
  switch (op) {
    case "==":
      return equal;
    case "!=":
      return !equal;
    case "<":
      return less;
    case "<=":
      return less || equal;
    case ">":
      return greater;
    case ">=":
      return greater || equal;
  }
  return op satisfies never;
}

/** A field of all CPUs equals what it is on each of them. Undefined where `list` is none. */
function compareAgreed(compiler: TermCompiler, list: Term, other: Term, range: Range): string | undefined {
  const sequence = isOfCpus(list) ? elementsOf(compiler, list.located) : undefined;
  if (sequence === undefined) return undefined;
  const same = anyElement(compiler, sequence, range, (one) => compareTerms(compiler, "==", one, other, range));
  return `(${sequence.length} === 1 && ${same})`;
}

function isNumeric(term: Term): term is Term & { type: "integer" | "double" } {
  return term.type === "integer" || term.type === "double";
}

function compareTexts(compiler: TermCompiler, op: ComparisonOperator, a: TextTerm, b: TextTerm): string {
  if (op !== "==" && op !== "!=") return `(compareText(${a.code}, ${b.code}) ${op} 0)`;
  const [field, other] = a.equals ? [a, b] : [b, a];
  if (field.equals === undefined || other.constant === undefined) return `(${a.code} ${op}= ${b.code})`;
  return `(${op === "!=" ? "!" : ""}${field.equals(compiler.table(Buffer.from(other.constant)))})`;
}

/** An array of bytes with bytes, or an address with an address. */
function compareBytes(compiler: TermCompiler, a: Term, b: Term): string | undefined {
  if (b.type === "address") {
    const field = addressField(a);
    if (field === undefined || field.size !== b.constant.length) return undefined;
    return inNetworkCode(compiler, field, b.constant, field.size * 8);
  }
  if (b.type !== "bytes" || a.type !== "field") return undefined;
  const { field, operand } = a.located;
  if (!isByteArray(field.layout) || field.layout.size !== b.constant.length) return undefined;
  const at = address({ ...operand, offset: operand.offset + field.bitOffset / 8 }, 0);
  return `bytesAre(${operand.bytes}, ${at}, t[${compiler.table(b.constant)}])`;
}

function enumOf(term: Term): EnumLayout | undefined {
  if (term.type !== "integer" || term.swapped) return undefined;
  const layout = term.located?.field.layout;
  return term.enumerator ?? (layout?.kind === "enum" ? layout : undefined);
}

function mismatch(compiler: TermCompiler, op: ComparisonOperator, a: Term, b: Term, range: Range): never {
  const hint = hintFor(a, b) ?? hintFor(b, a) ?? "";
  return compiler.fail(range, `\`${op}\` does not compare ${termTypeText(a)} with ${termTypeText(b)}${hint}`);
}

/** A hint at what the user probably means. */
function hintFor(a: Term, b: Term): string | undefined {
  if (isOfCpus(a)) return ` (${eachCpu(a)})`;
  if (a.type === "null") return " (nothing is null here)";
  if (a.type === "bool" && b.type === "integer") return " (it is true or false already)";
  if (a.type === "address" && (b.type === "integer" || b.type === "field")) {
    return ` (the address has ${a.constant.length} bytes)`;
  }
  if (a.type === "bytes" && b.type === "field")
    return ` (of ${a.constant.length} and ${b.located.field.layout.size} bytes)`;
  if (a.type !== "text") return undefined;
  return textHint(a, b);
}

/** A hint for a string that was copied from the output: the text of a renderer, or a number in quotes. */
function textHint({ constant }: TextTerm, other: Term): string | undefined {
  if (constant !== undefined && addressBytes(constant) !== undefined) return ` (as an address: ip("${constant}"))`;
  const field = other.type === "integer" || other.type === "field" ? other.located?.field : undefined;
  const shown = field === undefined || constant === undefined ? undefined : shownAs(field, constant);
  if (shown !== undefined) return ` (${shown})`;
  if (constant !== undefined && /^-?\d+$/.test(constant) && isNumeric(other)) {
    return ` (a number stands without quotes: ${constant})`;
  }
  if (other.type === "field" && isByteArray(other.located.field.layout)) {
    return " (str(x) reads bytes as text, hex(x) as digits)";
  }
  return undefined;
}
