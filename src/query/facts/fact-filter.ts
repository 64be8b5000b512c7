import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { suggestion } from "../../nearest.ts";
import { parseExpression } from "../cel/parse.ts";
import { type QueryText, queryError } from "../fields/query-error.ts";
import type { FactColumn } from "./facts.ts";

const CEL_TYPES: Readonly<Record<FactColumn<never>["kind"], string>> = {
  integer: "int",
  number: "double",
  text: "string",
  flag: "bool",
  texts: "list<string>",
};

/** A condition on facts, and the names of the facts that it reads. */
export interface FactFilter<Row> {
  readonly names: ReadonlySet<string>;
  readonly keeps: (row: Row) => boolean;
}

/**
 * Compiles a CEL condition on columns. A row is dropped where the condition needs a fact that is unknown. Throws
 * QUERY_INVALID with the position for names that are no columns, and for expressions of another type than bool.
 */
export function factFilter<Row>(source: QueryText, columns: readonly FactColumn<Row>[]): FactFilter<Row> {
  const found = namesIn(source, columns);
  const names = new Set(found.map(({ args }) => args));
  const environment = new Environment();
  for (const { name, kind } of columns) environment.registerVariable(celName(name), CEL_TYPES[kind]);
  const condition = environment.parse(withCelNames(source.text, found));
  const { valid, type, error } = condition.check();
  if (!valid) throw queryError(source, rangeOf(error, source), firstLine(error));
  if (type !== "bool") {
    throw queryError(source, { start: 0, end: source.text.length }, `a condition is true or false, this is ${type}`);
  }
  const used = columns.filter(({ name }) => names.has(name));
  return {
    names,
    keeps(row) {
      const facts = used.map(({ name, value }) => [celName(name), value(row)] as const);
      if (facts.some(([, fact]) => fact === undefined)) return false;
      return condition(Object.fromEntries(facts)) === true;
    },
  };
}

type Name = Extract<ASTNode, { op: "id" }>;

/** The library has a `type` of its own. Its stand-in has as many letters, so that positions stay. */
function celName(name: string): string {
  return name === "type" ? "kind" : name;
}

function withCelNames(text: string, names: readonly Name[]): string {
  let result = text;
  for (const { args, range } of names) {
    if (args === "type") result = `${result.slice(0, range.start)}${celName(args)}${result.slice(range.end)}`;
  }
  return result;
}

/** Returns the columns that an expression names. Variables of macros (`pinned.exists(p, …)`) are none. */
function namesIn<Row>(source: QueryText, columns: readonly FactColumn<Row>[]): Name[] {
  const known = columns.map(({ name }) => name);
  const names: Name[] = [];
  const visit = (value: unknown, bound: readonly string[]): void => {
    if (Array.isArray(value)) {
      for (const one of value) visit(one, bound);
      return;
    }
    if (!isNode(value)) return;
    if (value.op === "id") {
      const name = value.args;
      if (bound.includes(name)) return;
      if (!known.includes(name))
        throw queryError(source, value.range, `no column \`${name}\`${suggestion(name, known)}`);
      names.push(value);
      return;
    }
    visit(value.args, [...bound, ...macroVariables(value)]);
  };
  visit(parseExpression(source), []);
  return names;
}

/** The names that a call of a macro, such as `exists(p, …)`, gives to elements. */
function macroVariables(node: ASTNode): string[] {
  if (node.op !== "rcall" || !["all", "exists", "exists_one", "filter", "map"].includes(node.args[0])) return [];
  const [first] = node.args[2];
  return first?.op === "id" ? [first.args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === "object" && value !== null && "op" in value && "args" in value;
}

function rangeOf(error: unknown, { text }: QueryText): { start: number; end: number } {
  const range = typeof error === "object" && error !== null && "range" in error ? error.range : undefined;
  if (typeof range !== "object" || range === null || !("start" in range) || !("end" in range))
    return { start: 0, end: text.length };
  return { start: Number(range.start), end: Number(range.end) };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
