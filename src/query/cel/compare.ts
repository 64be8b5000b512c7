import type { ASTNode } from "@marcbachmann/cel-js";
import { address } from "../../codec/access/operand.ts";
import { addressBytes } from "../../codec/keys/addresses.ts";
import type { EnumLayout, Layout } from "../../schema/layout.ts";
import type { Range } from "../fields/query-error.ts";
import { type ComparisonOperator, compareIntegers } from "./operators.ts";
import { anyElement, elementsOf, sequenceAt } from "./sequences.ts";
import { describe, isOfCpus, type Located, type Term, type TermCompiler, type TextTerm } from "./terms.ts";

/** From so many on, a list of constants becomes a set. */
const SET_FROM = 4;

/** The code of a comparison. Fails where the types don't go together. */
export function compareTerms(compiler: TermCompiler, op: ComparisonOperator, a: Term, b: Term, range: Range): string {
  if (a.type === "integer" && b.type === "integer") {
    const enums = [enumOf(a), enumOf(b)];
    const named = a.enumerator !== undefined || b.enumerator !== undefined;
    if (named && enums[0] && enums[1] && enums[0] !== enums[1]) return mismatch(compiler, op, a, b, range);
    return compareIntegers(op, a, b);
  }
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

/** The code of `x in [1, 2, 3]`, or of `x in value.slots`. */
export function membership(compiler: TermCompiler, [item, list]: [ASTNode, ASTNode], range: Range): string {
  const left = compiler.term(item, compiler.enumAt(list));
  const right = compiler.term(list, compiler.enumAt(item));
  const sequence = right.type === "text" ? undefined : sequenceAt(compiler, list);
  if (sequence !== undefined) {
    return anyElement(compiler, sequence, range, (element) => compareTerms(compiler, "==", left, element, range));
  }
  if (right.type !== "list") {
    const hint = right.type === "text" ? ' (to search a text: value.comm.contains("x"))' : "";
    return compiler.fail(range, `\`in\` needs a list such as [1, 2], and this is ${describe(right)}${hint}`);
  }
  const comparisons = right.elements.map((element) => compareTerms(compiler, "==", left, element, element.range));
  const constants = right.elements.map((element) => ("constant" in element ? element.constant : undefined));
  if (constants.length >= SET_FROM && constants.every((one) => typeof one === "string") && left.type === "text") {
    return `t[${compiler.table(new Set(constants))}].has(${left.code})`;
  }
  if (constants.length >= SET_FROM && constants.every((one) => typeof one === "bigint") && left.type === "integer") {
    return `t[${compiler.table(new Set(constants))}].has(BigInt(${left.code}))`;
  }
  return comparisons.length === 0 ? "false" : `(${comparisons.join(" || ")})`;
}

/** The address at a place: 4 or 16 bytes in network order, or the other way round if `swapped`. */
export interface AddressPlace {
  readonly located: Located;
  readonly size: 4 | 16;
  readonly swapped: boolean;
}

/** Where a term has the bytes of an address, if it can be one. */
export function addressPlace(term: Term): AddressPlace | undefined {
  if (term.type !== "field" && term.type !== "integer") return undefined;
  const { located } = term;
  if (located === undefined) return undefined;
  const { layout, bitfieldBits, bitOffset } = located.field;
  if (bitfieldBits > 0 || bitOffset % 8 !== 0 || !isAddressLike(layout)) return undefined;
  const size = layout.size === 4 ? 4 : 16;
  return { located, size, swapped: term.type === "integer" && term.swapped === true };
}

/** The code that tests whether an address lies in a network. `network` has as many bytes as the address. */
export function inNetworkCode(
  compiler: TermCompiler,
  operand: AddressPlace,
  network: Uint8Array,
  prefix: number,
): string {
  const { located, size, swapped } = operand;
  const at = address({ ...located.operand, offset: located.operand.offset + located.field.bitOffset / 8 }, 0);
  if (size === 4) {
    const mask = prefix === 0 ? 0 : (-1 << (32 - prefix)) >>> 0;
    const wanted = new DataView(network.buffer, network.byteOffset).getUint32(0);
    return `((${located.operand.view}.getUint32(${at}, ${swapped}) & ${mask}) >>> 0 === ${wanted})`;
  }
  return `inPrefix(${located.operand.bytes}, ${at}, 16, t[${compiler.table(network)}], ${prefix})`;
}

/** How to look at each value of a field that may differ between CPUs. */
export function eachCpu({ located }: { readonly located: Located }): string {
  const { path } = located.field;
  return `of any of them: ${path}.exists(x, …), of each: ${path}.all(x, …)`;
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

function isAddressLike(layout: Layout): boolean {
  if (layout.size !== 4 && layout.size !== 16) return false;
  if (layout.kind === "array") return !layout.counted && layout.element.kind === "int";
  return layout.kind === "int" || layout.kind === "struct" || layout.kind === "union";
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
    const operand = addressPlace(a);
    if (operand === undefined || operand.size !== b.constant.length) return undefined;
    return inNetworkCode(compiler, operand, b.constant, operand.size * 8);
  }
  if (b.type !== "bytes" || a.type !== "field") return undefined;
  const { field, operand } = a.located;
  if (!isByteArray(field.layout) || field.layout.size !== b.constant.length) return undefined;
  const at = address({ ...operand, offset: operand.offset + field.bitOffset / 8 }, 0);
  return `bytesAre(${operand.bytes}, ${at}, t[${compiler.table(b.constant)}])`;
}

/** An array whose elements are integers of one byte. */
export function isByteArray(layout: Layout): boolean {
  return layout.kind === "array" && !layout.counted && layout.element.kind === "int" && layout.element.size === 1;
}

function enumOf(term: Term): EnumLayout | undefined {
  if (term.type !== "integer") return undefined;
  const layout = term.located?.field.layout;
  return term.enumerator ?? (layout?.kind === "enum" ? layout : undefined);
}

function mismatch(compiler: TermCompiler, op: ComparisonOperator, a: Term, b: Term, range: Range): never {
  const hint = hintFor(a, b) ?? hintFor(b, a) ?? "";
  return compiler.fail(range, `\`${op}\` does not compare ${describe(a)} with ${describe(b)}${hint}`);
}

/** What the user probably wants instead. */
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
  if (enumOf(b) !== undefined) return " (an enumerator's name stands without quotes)";
  if (a.constant !== undefined && addressBytes(a.constant) !== undefined)
    return ` (as an address: ip("${a.constant}"))`;
  if (b.type === "field" && isByteArray(b.located.field.layout))
    return " (str(x) reads bytes as text, hex(x) as digits)";
  return undefined;
}
