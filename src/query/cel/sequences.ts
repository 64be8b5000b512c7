import type { ASTNode } from "@marcbachmann/cel-js";
import { address } from "../../codec/access/operand.ts";
import type { Range } from "../fields/query-error.ts";
import {
  type Bound,
  constantInteger,
  type LocatedField,
  type Sequence,
  startOf,
  type Term,
  type TermCompiler,
  termTypeText,
} from "./terms/terms.ts";

type Macro = (compiler: TermCompiler, sequence: Sequence, args: readonly ASTNode[], range: Range) => Term;

/** Macros over elements, such as `value.slots.exists(x, x > 0)`. */
const MACROS: Readonly<Record<string, Macro>> = {
  exists: (...call) => search("exists", ...call),
  all: (...call) => search("all", ...call),
  exists_one: (...call) => search("exists_one", ...call),
  filter,
  map,
};

export const MACRO_NAMES: readonly string[] = Object.keys(MACROS);

/** `target.name(x, …)` for one of the macros. */
export function callMacro(
  compiler: TermCompiler,
  name: string,
  target: ASTNode,
  args: readonly ASTNode[],
  range: Range,
): Term {
  const sequence = sequenceAt(compiler, target);
  if (sequence !== undefined) return (MACROS[name] as Macro)(compiler, sequence, args, range);
  const list = compiler.term(target);
  if (list.type === "list" && isSearch(name)) return searchList(compiler, name, list.elements, args, range);
  return compiler.fail(range, `\`${name}\` is for arrays, and this is ${termTypeText(list)}`);
}

/** The elements of an array, of what CPUs differ in, or of what `filter` and `map` made of one. */
export function sequenceAt(compiler: TermCompiler, node: ASTNode): Sequence | undefined {
  const located = compiler.locate(node);
  if (located !== undefined) return elementsOf(compiler, located);
  const term = compiler.term(node);
  return term.type === "sequence" ? term.sequence : undefined;
}

/** The code of whether a test holds for any of the elements. */
export function anyElement(
  compiler: TermCompiler,
  sequence: Sequence,
  range: Range,
  test: (element: Term) => string,
): string {
  const { element } = sequence;
  const term = "type" in element ? element : compiler.read(element, range);
  return `(${countCode(sequence, test(term), 1)} === 1)`;
}

/** The number of elements. */
export function sequenceSize(sequence: Sequence, range: Range): Term {
  const { length, steps } = sequence;
  if (steps.length === 0 && /^\d+$/.test(length)) return { ...constantInteger(BigInt(length)), range };
  const code = steps.length === 0 ? length : countCode(sequence, "true", Number.POSITIVE_INFINITY);
  return { type: "integer", code, min: 0n, max: 0xffff_ffffn, range };
}

/** The elements of an array, or the values that CPUs differ in. */
export function elementsOf(compiler: TermCompiler, located: LocatedField): Sequence | undefined {
  const { field, operand } = located;
  const { layout } = field;
  if (layout.kind !== "array") return undefined;
  const variable = compiler.variable("e");
  const element: LocatedField = {
    field: { ...field, layout: layout.element, bitOffset: 0, bitfieldBits: 0 },
    operand: { ...operand, base: variable, offset: 0 },
  };
  const start = startOf(located);
  const stride = layout.element.size;
  if (!layout.counted) return { variable, element, start, stride, length: String(layout.length), steps: [] };
  const first = address({ ...operand, base: start, offset: 0 }, 4);
  return { variable, element, start: first, stride, length: `${operand.view}.getUint32(${start}, true)`, steps: [] };
}

type Search = "exists" | "all" | "exists_one";

function isSearch(name: string): name is Search {
  return name === "exists" || name === "all" || name === "exists_one";
}

function search(
  name: Search,
  compiler: TermCompiler,
  sequence: Sequence,
  args: readonly ASTNode[],
  range: Range,
): Term {
  const [variable, body] = nameAndBody(compiler, name, args, range);
  const condition = compiler.withVariable(variable, sequence.element, () => compiler.condition(body));
  const counted = countCode(sequence, name === "all" ? `!${condition}` : condition, ENOUGH[name]);
  return { type: "bool", code: `(${counted} === ${WANTED[name]})`, range };
}

/** The number of elements that decide, and the number that makes it true; `all` counts those that fail. */
const ENOUGH: Readonly<Record<Search, number>> = { exists: 1, all: 1, exists_one: 2 };
const WANTED: Readonly<Record<Search, number>> = { exists: 1, all: 0, exists_one: 1 };

/** `[80, 443].exists(x, …)`: the condition is written out for each. */
function searchList(
  compiler: TermCompiler,
  name: Search,
  elements: readonly Term[],
  args: readonly ASTNode[],
  range: Range,
): Term {
  const [variable, body] = nameAndBody(compiler, name, args, range);
  const tests = elements.map((element) => {
    const condition = compiler.withVariable(variable, element, () => compiler.condition(body));
    return `() => ${name === "all" ? "!" : ""}${condition}`;
  });
  const n = compiler.variable("n");
  const counted = `count(0, 1, ${tests.length}, ${ENOUGH[name]}, (${n}) => [${tests.join(", ")}][${n}]())`;
  return { type: "bool", code: `(${counted} === ${WANTED[name]})`, range };
}

function filter(compiler: TermCompiler, sequence: Sequence, args: readonly ASTNode[], range: Range): Term {
  const [variable, body] = nameAndBody(compiler, "filter", args, range);
  return { type: "sequence", sequence: filtered(compiler, sequence, variable, body), range };
}

/** `map(x, f)`, or `map(x, condition, f)`. */
function map(compiler: TermCompiler, sequence: Sequence, args: readonly ASTNode[], range: Range): Term {
  const [name, condition, result] = args.length === 3 ? args : [args[0], undefined, args[1]];
  const [variable, body] = nameAndBody(compiler, "map", name && result ? [name, result] : [], range);
  const from = condition === undefined ? sequence : filtered(compiler, sequence, variable, condition);
  const element = compiler.withVariable(variable, from.element, () => compiler.locate(body) ?? compiler.term(body));
  return { type: "sequence", sequence: mapped(compiler, from, element), range };
}

function filtered(compiler: TermCompiler, sequence: Sequence, variable: string, condition: ASTNode): Sequence {
  const code = compiler.withVariable(variable, sequence.element, () => compiler.condition(condition));
  return { ...sequence, steps: [...sequence.steps, `if (!${code}) return false;`] };
}

/** The sequence of the results for each element, each computed once. */
function mapped(compiler: TermCompiler, sequence: Sequence, element: Bound): Sequence {
  if (!("type" in element)) return { ...sequence, element };
  const { type, range } = element;
  if (type !== "bool" && type !== "integer" && type !== "double" && type !== "text") {
    return compiler.fail(range, `\`map\` makes numbers, strings, true or false, and this is ${termTypeText(element)}`);
  }
  const code = compiler.variable("m");
  const steps = [...sequence.steps, `const ${code} = ${element.code};`];
  return { ...sequence, steps, element: inVariable(element, code) };
}

/** A term whose value stands in a variable of the loop, where nothing can be computed before it. */
function inVariable(term: Term, code: string): Term {
  if (term.type !== "integer") return "code" in term ? { ...term, code } : term;
  const { uniform: _, ...rest } = term;
  return { ...rest, code };
}

function nameAndBody(
  compiler: TermCompiler,
  macro: string,
  args: readonly ASTNode[],
  range: Range,
): [name: string, body: ASTNode] {
  const [variable, body] = args;
  if (variable?.op === "id" && body !== undefined && args.length === 2) return [variable.args, body];
  const [what, example] = macro === "map" ? ["something to make of it", "x * 2"] : ["a condition", "x > 0"];
  return compiler.fail(range, `\`${macro}\` takes a name and ${what}: value.slots.${macro}(x, ${example})`);
}

/** The code that counts the elements for which a condition is true; `enough` of them end it. */
function countCode({ variable, start, stride, length, steps }: Sequence, condition: string, enough: number): string {
  const body = steps.length === 0 ? condition : `{ ${steps.join(" ")} return ${condition}; }`;
  return `count(${start}, ${stride}, ${length}, ${enough}, (${variable}) => ${body})`;
}
