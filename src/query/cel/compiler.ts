import type { ASTNode } from "@marcbachmann/cel-js";
import { scalarKind, typeText } from "../../codec/access/accessor.ts";
import { integerBits, memberNames, wholeField } from "../../codec/access/field.ts";
import { address, type Operand } from "../../codec/access/operand.ts";
import { boolCode, floatCode, integerCode, nearestDoubleCode } from "../../codec/access/scalar-code.ts";
import { nearest, suggestion } from "../../nearest.ts";
import type { EnumLayout } from "../../schema/layout.ts";
import { type EntryTypes, type Step, stepInto } from "../fields/path.ts";
import { type QueryText, queryError, type Range } from "../fields/query-error.ts";
import { compareTerms, eachCpu, membership } from "./compare.ts";
import { findEnumerators, type KnownEnums } from "./enumerators.ts";
import { callFunction, callMethod } from "./functions.ts";
import { type Arithmetic, type ComparisonOperator, integerArithmetic, integerChoice } from "./operators.ts";
import {
  type Bound,
  constantInteger,
  describe,
  isOfCpus,
  type Located,
  type Term,
  type TermCompiler,
} from "./terms.ts";

/** What an expression may speak of. */
export interface ExpressionScope {
  readonly entryTypes: EntryTypes;
  /** `cpu` is known: each CPU's value is looked at by itself. */
  readonly cpu: boolean;
}

/** What an expression looks at. */
export type FieldReader = "key" | "value" | "cpu" | "index";

const KEY: Operand = { bytes: "kb", view: "kd", base: "k", offset: 0 };
const VALUE: Operand = { bytes: "vb", view: "vd", base: "v", offset: 0 };

/** How often names are given in one expression. Searches of lists in lists are written out, which multiplies. */
const MAX_BINDINGS = 10_000;

type Node<Op extends ASTNode["op"]> = Extract<ASTNode, { op: Op }>;

/**
 * Checks a CEL syntax tree against the types of a map and translates it into JavaScript over raw bytes. What it doesn't
 * know it refuses by name. Only numbers and fixed words get into the source: texts and other objects stand in `tables`.
 */
export class CelCompiler implements TermCompiler {
  /** Objects that the source refers to as `t[i]`. */
  readonly tables: unknown[] = [];
  readonly reads: Set<FieldReader> = new Set();
  readonly #source: QueryText;
  readonly #scope: ExpressionScope;
  readonly #enums: KnownEnums;
  /** What `exists` and the like have given names to. */
  readonly #variables = new Map<string, Bound>();
  #variableCount = 0;
  #bindings = 0;
  /** Divisions met so far that may be by zero. */
  #failing = 0;

  constructor(source: QueryText, scope: ExpressionScope, enums: KnownEnums) {
    this.#source = source;
    this.#scope = scope;
    this.#enums = enums;
  }

  fail(range: Range, message: string): never {
    throw queryError(this.#source, range, message);
  }

  table(value: unknown): number {
    return this.tables.push(value) - 1;
  }

  divisionError(range: Range): number {
    this.#failing += 1;
    const message = "division by zero in an entry (a condition before it helps, as in x != 0 && y / x > 1)";
    return this.table(queryError(this.#source, range, message));
  }

  /** The code of a node that must be true or false. */
  condition(node: ASTNode): string {
    const term = this.term(node);
    if (term.type === "bool") return term.code;
    const isNumber = term.type === "integer" || term.type === "double";
    const hint = isNumber ? ": compare it with something, as in x != 0" : isOfCpus(term) ? ` (${eachCpu(term)})` : "";
    return this.fail(rangeOf(node), `true or false is needed here, and this is ${describe(term)}${hint}`);
  }

  /** A node as something to compute with. The enumerators of `expected` are meant before others of their name. */
  term(node: ASTNode, expected?: EnumLayout): Term {
    const located = this.locate(node);
    if (located !== undefined) return this.read(located, rangeOf(node));
    return this.#compute(node, rangeOf(node), expected);
  }

  #compute(node: ASTNode, range: Range, expected: EnumLayout | undefined): Term {
    switch (node.op) {
      case "value":
        return this.#literal(node.args, range);
      case "id":
        return this.#name(node.args, range, expected);
      case ".":
      case "[]":
        return this.#entryIndex(node, range);
      case "&&":
      case "||":
        return { type: "bool", code: this.#logical(node), range };
      case "!_":
        return { type: "bool", code: `(!${this.condition(node.args)})`, range };
      case "-_":
        return this.#negative(node.args, range);
      case "?:":
        return this.#choice(node, range);
      case "in":
        return { type: "bool", code: membership(this, node.args, range), range };
      case "list":
        return { type: "list", elements: node.args.map((element) => this.term(element, expected)), range };
      case "call":
        return callFunction(this, node.args[0], node.args[1], range);
      case "rcall":
        return callMethod(this, node.args, range);
      case "map":
        return this.fail(range, "a map in braces is not supported");
      case ".?":
      case "[?]":
        return this.fail(range, "optional fields are not supported: every field of a type is there");
      case "+":
      case "-":
      case "*":
      case "/":
      case "%":
        return this.#arithmetic(node, range);
      case "==":
      case "!=":
      case "<":
      case "<=":
      case ">":
      case ">=":
        return { type: "bool", code: this.#comparison(node, range), range };
    }
    return node satisfies never;
  }

  /** The place that a node names: a side, a field, an element. Undefined for whatever is computed. */
  locate(node: ASTNode): Located | undefined {
    switch (node.op) {
      case "id":
        return this.#locateName(node.args);
      case ".":
        return this.#isEntry(node.args[0]) ? undefined : this.#locateStep(node.args[0], this.#memberStep(node));
      case "[]":
        return this.#locateStep(node.args[0], this.#indexStep(node.args[1]));
      default:
        return undefined;
    }
  }

  variable(letter: string): string {
    this.#variableCount += 1;
    return `${letter}${this.#variableCount}`;
  }

  withVariable<Result>(name: string, bound: Bound, body: () => Result): Result {
    this.#bindings += 1;
    if (this.#bindings > MAX_BINDINGS) throw new RangeError("the expression is too large");
    const before = this.#variables.get(name);
    this.#variables.set(name, bound);
    const result = body();
    if (before === undefined) this.#variables.delete(name);
    else this.#variables.set(name, before);
    return result;
  }

  #isEntry(node: ASTNode): boolean {
    return node.op === "id" && node.args === "entry" && !this.#variables.has("entry");
  }

  #locateName(name: string): Located | undefined {
    const bound = this.#variables.get(name);
    if (bound !== undefined) return "type" in bound ? undefined : bound;
    const { entryTypes } = this.#scope;
    if (name === "key" && entryTypes.key !== undefined) {
      this.reads.add("key");
      return { field: wholeField("key", entryTypes.key), operand: KEY };
    }
    if (name !== "value") return undefined;
    this.reads.add("value");
    return { field: wholeField("value", entryTypes.value), operand: VALUE };
  }

  #locateStep(target: ASTNode, step: Step): Located {
    const outer = this.locate(target);
    if (outer === undefined) {
      const term = this.term(target);
      const has = step.kind === "name" ? "fields" : "elements that an index names";
      const hint = term.type === "sequence" ? " (exists, all, exists_one and size() look into it)" : "";
      return this.fail(rangeOf(target), `${describe(term)} has no ${has}${hint}`);
    }
    return { field: stepInto(this.#source, this.#scope.entryTypes, outer.field, step), operand: outer.operand };
  }

  #memberStep(node: Node<".">): Step {
    const name = node.args[1];
    const { end } = rangeOf(node);
    return { kind: "name", name, range: { start: end - name.length, end } };
  }

  #indexStep(node: ASTNode): Step {
    const range = rangeOf(node);
    const index = this.term(node);
    if (index.type === "text" && index.constant !== undefined) return { kind: "name", name: index.constant, range };
    if (index.type === "integer" && index.constant !== undefined) {
      return { kind: "index", index: Number(index.constant), range };
    }
    return this.fail(range, "an index must be a known number (to search: value.slots.exists(x, x > 0))");
  }

  /** What stands at a place. Records, arrays and what says nothing about its bytes stay places. */
  read({ field, operand }: Located, range: Range): Term {
    const bits = integerBits(field);
    switch (scalarKind(field)) {
      case "bool":
        return { type: "bool", code: boolCode(operand, field), range };
      case "float":
        return { type: "double", code: floatCode(operand, field), range };
      case "text": {
        const where = `${operand.bytes}, ${address({ ...operand, offset: operand.offset + field.bitOffset / 8 }, 0)}`;
        const room = field.layout.size;
        const equals = (t: number): string => `textIs(${where}, ${room}, t[${t}])`;
        return { type: "text", code: `text(${where}, ${room})`, equals, range };
      }
      case "integer": {
        if (bits === undefined) break;
        const code = integerCode(operand, bits);
        const nearestCode = nearestDoubleCode(operand, bits);
        const bounds = integerBounds(bits.width, bits.signed);
        const exact = { type: "integer", code, ...bounds, located: { field, operand }, range } as const;
        return nearestCode === undefined ? exact : { ...exact, nearest: nearestCode };
      }
    }
    return { type: "field", located: { field, operand }, range };
  }

  #literal(value: Node<"value">["args"], range: Range): Term {
    if (typeof value === "boolean") return { type: "bool", code: String(value), range };
    if (typeof value === "bigint") return { ...constantInteger(value), range };
    if (typeof value === "number") return { type: "double", code: String(value), range };
    if (typeof value === "string") return { type: "text", code: `t[${this.table(value)}]`, constant: value, range };
    if (value === null) return { type: "null", range };
    if (value instanceof Uint8Array) return { type: "bytes", constant: value, range };
    return { ...constantInteger(BigInt(value.value)), range };
  }

  #name(name: string, range: Range, expected: EnumLayout | undefined): Term {
    const bound = this.#variables.get(name);
    if (bound !== undefined && "type" in bound) return { ...bound, range };
    if (name === "cpu" && this.#scope.cpu) {
      this.reads.add("cpu").add("value");
      return { type: "integer", code: "cpu", min: 0n, max: 0xffff_ffffn, range };
    }
    if (name === "cpu") return this.fail(range, "`cpu` is known only of a per-CPU map, with --per-cpu each");
    if (name === "key") return this.fail(range, "this map has no key to look at");
    if (name === "entry") return this.fail(range, "`entry` has one field: entry.index");
    return this.#enumerator(name, range, expected);
  }

  #enumerator(name: string, range: Range, expected: EnumLayout | undefined): Term {
    const found = findEnumerators(this.#enums, name, expected);
    const [first, ...others] = found;
    if (first === undefined) return this.fail(range, this.#unknownName(name, expected));
    if (others.some(({ value }) => value !== first.value)) {
      const types = found.map(({ layout }) => `\`${typeText(layout)}\``).join(" and ");
      return this.fail(
        range,
        `\`${name}\` is in ${types} with different values: compare it with a field of one of them`,
      );
    }
    return { ...constantInteger(first.value), enumerator: first.layout, range };
  }

  #unknownName(name: string, expected: EnumLayout | undefined): string {
    if (expected !== undefined) {
      const names = expected.values.map((one) => one.name);
      return `no \`${name}\` in \`${typeText(expected)}\`${suggestion(name, names)}`;
    }
    const { key, value } = this.#scope.entryTypes;
    const fields = [wholeField("value", value), ...(key ? [wholeField("key", key)] : [])].flatMap((side) =>
      memberNames(side).map((member) => [member, `${side.path}.${member}`] as const),
    );
    const near = nearest(name, [...fields.map(([member]) => member), "key", "value", "entry", ...this.#enums.keys()]);
    const meant = fields.find(([member]) => member === near)?.[1] ?? near;
    const known = "known are key, value, entry.index, and the enumerators of their types";
    return `nothing is called \`${name}\`${meant === undefined ? ` (${known})` : `; did you mean \`${meant}\`?`}`;
  }

  #entryIndex(node: ASTNode, range: Range): Term {
    const name = node.op === "." ? node.args[1] : "";
    if (name !== "index") this.fail(range, "`entry` has one field: entry.index");
    this.reads.add("index");
    return { type: "integer", code: "(first + i)", min: 0n, max: 0xffff_ffff_ffffn, range };
  }

  #logical(node: Node<"&&" | "||">): string {
    const before = this.#failing;
    const [left, right] = [this.condition(node.args[0]), this.condition(node.args[1])];
    if (this.#failing === before) return `(${left} ${node.op} ${right})`;
    return `${node.op === "&&" ? "and" : "or"}(() => ${left}, () => ${right})`;
  }

  #negative(node: ASTNode, range: Range): Term {
    const term = this.term(node);
    if (term.type === "double") return { type: "double", code: `(-${term.code})`, range };
    if (term.type !== "integer") return this.fail(range, `- needs a number, and this is ${describe(term)}`);
    return { ...integerArithmetic("-", constantInteger(0n), term, range, this), range };
  }

  #arithmetic(node: Node<Arithmetic>, range: Range): Term {
    const { op } = node;
    const [a, b] = [this.term(node.args[0]), this.term(node.args[1])];
    if (a.type === "integer" && b.type === "integer") return { ...integerArithmetic(op, a, b, range, this), range };
    if (a.type === "double" && b.type === "double" && op !== "%") {
      return { type: "double", code: `(${a.code} ${op} ${b.code})`, range };
    }
    if (a.type === "text" && b.type === "text" && op === "+") {
      return { type: "text", code: `(${a.code} + ${b.code})`, range };
    }
    const types = [a.type, b.type];
    const mixed = types.includes("double") && types.includes("integer") && op !== "%";
    const hint = mixed ? " (double(x) turns an integer into a floating-point number)" : "";
    return this.fail(range, `\`${op}\` does not go with ${describe(a)} and ${describe(b)}${hint}`);
  }

  #choice(node: Node<"?:">, range: Range): Term {
    const condition = this.condition(node.args[0]);
    const [a, b] = [this.term(node.args[1]), this.term(node.args[2])];
    if (a.type === "integer" && b.type === "integer") return { ...integerChoice(condition, a, b), range };
    const scalar = a.type === "bool" || a.type === "double" || a.type === "text";
    if (scalar && a.type === b.type) return { type: a.type, code: `(${condition} ? ${a.code} : ${b.code})`, range };
    return this.fail(
      range,
      `both entryTypes of ?: must be of one type, and these are ${describe(a)} and ${describe(b)}`,
    );
  }

  #comparison(node: Node<ComparisonOperator>, range: Range): string {
    const [left, right] = node.args;
    const a = this.term(left, this.enumAt(right));
    const b = this.term(right, this.enumAt(left));
    return compareTerms(this, node.op, a, b, range);
  }

  /** The enum of the field that a node names, or of its elements. */
  enumAt(node: ASTNode): EnumLayout | undefined {
    const layout = this.locate(node)?.field.layout;
    const single = layout?.kind === "array" ? layout.element : layout;
    return single?.kind === "enum" ? single : undefined;
  }
}

/** Where a node stands in the text. */
export function rangeOf({ start, end }: ASTNode): Range {
  return { start, end };
}

function integerBounds(width: number, signed: boolean): { min: bigint; max: bigint } {
  const size = 1n << BigInt(signed ? width - 1 : width);
  return { min: signed ? -size : 0n, max: size - 1n };
}
