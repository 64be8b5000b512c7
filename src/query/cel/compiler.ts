import type { ASTNode } from "@marcbachmann/cel-js";
import { typeText } from "../../codec/access/accessor.ts";
import { type Field, memberNames, memberText, wholeField } from "../../codec/access/field.ts";
import type { Operand } from "../../codec/access/operand.ts";
import { nearest } from "../../nearest.ts";
import type { EnumLayout } from "../../schema/layout.ts";
import { type EntryTypes, type Step, stepInto } from "../fields/path.ts";
import { type QueryText, queryError, type Range } from "../fields/query-error.ts";
import { compareTerms, eachCpu, listMembership, unknownEnumerator } from "./compare.ts";
import { type ConstantComparison, constantComparison, elementComparison, listComparison } from "./comparisons.ts";
import { callFunction, callMethod } from "./functions.ts";
import { withParentheses } from "./parse.ts";
import { celPath } from "./rendered.ts";
import { anyElement, sequenceAt } from "./sequences.ts";
import { arithmetic, conditionalTerm, negative } from "./terms/arithmetic.ts";
import type { ClockName, QueryClock } from "./terms/clock.ts";
import { findEnumerators, type KnownEnums } from "./terms/enumerators.ts";
import type { ComparisonOperator } from "./terms/operators.ts";
import { readField } from "./terms/read-field.ts";
import {
  type Bound,
  constantDouble,
  constantInteger,
  constantText,
  isOfCpus,
  type LocatedField,
  type Term,
  type TermCompiler,
  termTypeText,
  type Words,
} from "./terms/terms.ts";

/** The types and the time that an expression refers to. */
export interface ExpressionScope {
  readonly entryTypes: EntryTypes;
  /** `cpu` is known: each CPU's value is looked at by itself. */
  readonly cpu: boolean;
  readonly clock?: QueryClock | undefined;
}

/** The parts of an entry that an expression reads. */
export type FieldReader = "key" | "value" | "cpu" | "index";

const KEY: Operand = { bytes: "kb", view: "kd", base: "k", offset: 0 };
const VALUE: Operand = { bytes: "vb", view: "vd", base: "v", offset: 0 };

/**
 * The most names that macros of one expression may give. Searches of lists in lists are written out, which multiplies.
 */
const MAX_BINDINGS = 10_000;

type Node<Op extends ASTNode["op"]> = Extract<ASTNode, { op: Op }>;

/**
 * Checks a CEL syntax tree against the types of a map and translates it into JavaScript over raw bytes. Nodes that it
 * doesn't know are errors that name them. Only numbers and fixed words get into the source: texts and other objects
 * stand in `tables`.
 */
export class CelCompiler implements TermCompiler {
  /** Objects that the source refers to as `t[i]`. */
  readonly tables: unknown[] = [];
  /** Statements that run once for each batch, before its entries. */
  readonly prologue: string[] = [];
  readonly reads: Set<FieldReader> = new Set();
  /** The fields of the value that the expression names, and what is around them. */
  readonly fields: Set<Field> = new Set();
  /** Comparisons of fields with constants, as far as they were met. */
  readonly comparisons: ConstantComparison[] = [];
  readonly clock: QueryClock | undefined;
  readonly #source: QueryText;
  readonly #scope: ExpressionScope;
  readonly #enums: KnownEnums;
  /** Names that macros such as `exists` have given. */
  readonly #variables = new Map<string, Bound>();
  readonly #uniform = new Map<string, Words>();
  readonly #now = new Map<ClockName, string>();
  #variableCount = 0;
  #bindings = 0;
  /** Divisions met so far that may be by zero. */
  #failing = 0;

  constructor(source: QueryText, scope: ExpressionScope, enums: KnownEnums) {
    this.#source = source;
    this.#scope = scope;
    this.#enums = enums;
    this.clock = scope.clock;
  }

  fail(range: Range, message: string): never {
    throw queryError(this.#source, withParentheses(this.#source.text, range), message);
  }

  table(value: unknown): number {
    return this.tables.push(value) - 1;
  }

  divisionError(range: Range): number {
    this.#failing += 1;
    const message = "division by zero in an entry (a condition before it helps, as in x != 0 && y / x > 1)";
    return this.table(queryError(this.#source, withParentheses(this.#source.text, range), message));
  }

  /** The code of a node that must be true or false. */
  condition(node: ASTNode): string {
    const term = this.term(node);
    if (term.type === "bool") return term.code;
    const isNumber = term.type === "integer" || term.type === "double";
    const hint = isNumber ? ": compare it with something, as in x != 0" : isOfCpus(term) ? ` (${eachCpu(term)})` : "";
    return this.fail(rangeOf(node), `true or false is needed here, and this is ${termTypeText(term)}${hint}`);
  }

  /** A node as something to compute with. The enumerators of `expected` are meant before others of their name. */
  term(node: ASTNode, expected?: EnumLayout): Term {
    const located = this.locate(node);
    if (located !== undefined) return readField(located, rangeOf(node));
    return this.#compute(node, rangeOf(node), expected);
  }

  read(located: LocatedField, range: Range): Term {
    return readField(located, range);
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
        return negative(this, this.term(node.args), range);
      case "?:":
        return conditionalTerm(
          this,
          this.condition(node.args[0]),
          this.term(node.args[1]),
          this.term(node.args[2]),
          range,
        );
      case "in":
        return { type: "bool", code: this.#membership(node, range), range };
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
        return arithmetic(this, node.op, this.term(node.args[0]), this.term(node.args[1]), range);
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

  /** The field or element that a node names, or the whole key or value. Undefined for whatever is computed. */
  locate(node: ASTNode): LocatedField | undefined {
    const located = this.#locate(node);
    if (located?.operand === VALUE) this.fields.add(located.field);
    return located;
  }

  #locate(node: ASTNode): LocatedField | undefined {
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

  now(clock: ClockName): string {
    const known = this.#now.get(clock);
    if (known !== undefined) return known;
    const name = this.variable("now");
    this.prologue.push(`const ${name} = time(c, "${clock}");`);
    this.#now.set(clock, name);
    return name;
  }

  uniformWords(code: string): Words {
    const known = this.#uniform.get(code);
    if (known !== undefined) return known;
    const name = this.variable("u");
    const words = { high: `${name}h`, low: `${name}l` };
    this.prologue.push(
      `const ${name} = ${code}, ${words.high} = Number(${name} >> 32n), ${words.low} = Number(${name} & 0xffffffffn);`,
    );
    this.#uniform.set(code, words);
    return words;
  }

  #isEntry(node: ASTNode): boolean {
    return node.op === "id" && node.args === "entry" && !this.#variables.has("entry");
  }

  #locateName(name: string): LocatedField | undefined {
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

  #locateStep(target: ASTNode, step: Step): LocatedField {
    const outer = this.locate(target);
    if (outer === undefined) {
      const term = this.term(target);
      const has = step.kind === "name" ? "fields" : "elements that an index names";
      const hint = term.type === "sequence" ? " (exists, all, exists_one and size() look into it)" : "";
      return this.fail(rangeOf(target), `${termTypeText(term)} has no ${has}${hint}`);
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

  #literal(value: Node<"value">["args"], range: Range): Term {
    if (typeof value === "boolean") return { type: "bool", code: String(value), range };
    if (typeof value === "bigint") return { ...constantInteger(value), range };
    if (typeof value === "number") return { ...constantDouble(value), range };
    if (typeof value === "string") return { ...constantText(this, value), range };
    if (value === null) return { type: "null", range };
    if (value instanceof Uint8Array) return { type: "bytes", constant: value, range };
    return { ...constantInteger(BigInt(value.value), true), range };
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
    if (expected !== undefined) return unknownEnumerator(expected, name);
    const { key, value } = this.#scope.entryTypes;
    const fields = [wholeField("value", value), ...(key ? [wholeField("key", key)] : [])].flatMap((whole) =>
      memberNames(whole).map((member) => [member, celPath({ path: whole.path + memberText(member) })] as const),
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

  #comparison(node: Node<ComparisonOperator>, range: Range): string {
    const [left, right] = node.args;
    const a = this.term(left, this.enumAt(right));
    const b = this.term(right, this.enumAt(left));
    const code = compareTerms(this, node.op, a, b, range);
    const [x, y] = [
      { term: a, located: this.locate(left) },
      { term: b, located: this.locate(right) },
    ];
    this.#record(constantComparison(this.#source, node.op, x, y));
    return code;
  }

  /** The code of `x in [1, 2, 3]`, or of `x in value.slots`. */
  #membership({ args: [item, list] }: Node<"in">, range: Range): string {
    const left = this.term(item, this.enumAt(list));
    const right = this.term(list, this.enumAt(item));
    const sequence = right.type === "text" || right.type === "list" ? undefined : sequenceAt(this, list);
    if (sequence !== undefined) {
      const { element } = sequence;
      if (!("type" in element)) this.#record(elementComparison(this.#source, left, right, element));
      return anyElement(this, sequence, range, (one) => compareTerms(this, "==", left, one, range));
    }
    if (right.type !== "list") {
      const hint = right.type === "text" ? ' (to search a text: value.comm.contains("x"))' : "";
      return this.fail(range, `\`in\` needs a list such as [1, 2], and this is ${termTypeText(right)}${hint}`);
    }
    const code = listMembership(this, left, right.elements);
    this.#record(listComparison(this.#source, { term: left, located: this.locate(item) }, right.elements));
    return code;
  }

  #record(comparison: ConstantComparison | undefined): void {
    if (comparison !== undefined) this.comparisons.push(comparison);
  }

  /** The enum of the field that a node names, or of its elements. */
  enumAt(node: ASTNode): EnumLayout | undefined {
    const layout = this.locate(node)?.field.layout;
    const single = layout?.kind === "array" ? layout.element : layout;
    return single?.kind === "enum" ? single : undefined;
  }
}

/** The range of a node in the text. */
function rangeOf({ start, end }: ASTNode): Range {
  return { start, end };
}
