import type { ASTNode } from "@marcbachmann/cel-js";
import { nearest } from "../../nearest.ts";
import { parseExpression } from "../cel/parse.ts";
import { type QueryText, queryError, type Range } from "../fields/query-error.ts";
import type { Fact, FactValue } from "./facts.ts";

type FactType = "text" | "number" | "bool" | "null";

/** A part of a condition: its type, and its value for a thing. */
interface Term<Thing> {
  readonly type: FactType;
  readonly of: (thing: Thing) => FactValue;
}

const TYPE_WORDS: Readonly<Record<FactType, string>> = {
  text: "a text",
  number: "a number",
  bool: "true or false",
  null: "null",
};

const METHODS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  startsWith: (text, part) => text.startsWith(part),
  endsWith: (text, part) => text.endsWith(part),
  contains: (text, part) => text.includes(part),
};

/**
 * Compiles a CEL condition on named facts: `ratio > 0.8 && type == "hash"`. A comparison with an unknown fact is false, but
 * for one with null. Throws QUERY_INVALID with the place in the text.
 */
export function compileCondition<Thing>(
  source: QueryText,
  facts: readonly Fact<Thing>[],
): (thing: Thing) => boolean {
  const compiler = new ConditionCompiler(source, facts);
  const condition = compiler.bool(parseExpression(source));
  return (thing) => condition(thing) === true;
}

class ConditionCompiler<Thing> {
  readonly #source: QueryText;
  readonly #facts: readonly Fact<Thing>[];

  constructor(source: QueryText, facts: readonly Fact<Thing>[]) {
    this.#source = source;
    this.#facts = facts;
  }

  bool(node: ASTNode): (thing: Thing) => FactValue {
    return this.#typed(node, "bool");
  }

  #typed(node: ASTNode, wanted: FactType): (thing: Thing) => FactValue {
    const { type, of } = this.#term(node);
    if (type === wanted) return of;
    const hint = wanted === "bool" && type === "number" ? ": compare it with something, as in x != 0" : "";
    throw this.#error(node, `${TYPE_WORDS[wanted]} is needed here, and this is ${TYPE_WORDS[type]}${hint}`);
  }

  #term(node: ASTNode): Term<Thing> {
    switch (node.op) {
      case "value":
        return this.#literal(node);
      case "id":
        return this.#fact(node, node.args);
      case "&&":
      case "||": {
        const [a, b] = [this.bool(node.args[0]), this.bool(node.args[1])];
        if (node.op === "&&") return { type: "bool", of: (thing) => a(thing) === true && b(thing) === true };
        return { type: "bool", of: (thing) => a(thing) === true || b(thing) === true };
      }
      case "!_": {
        const of = this.bool(node.args);
        return { type: "bool", of: (thing) => of(thing) === false };
      }
      case "-_": {
        const of = this.#typed(node.args, "number");
        return { type: "number", of: (thing) => computed(0, of(thing), (a, b) => a - b) };
      }
      case "+":
      case "-":
      case "*":
      case "/":
        return this.#arithmetic(node, node.op, node.args);
      case "==":
      case "!=":
      case "<":
      case "<=":
      case ">":
      case ">=":
        return this.#comparison(node, node.op, node.args);
      case "in":
        return this.#membership(node.args);
      case "rcall":
        return this.#method(node, node.args);
      default:
        throw this.#error(node, `\`${node.op}\` is not supported in a condition on these columns`);
    }
  }

  #literal(node: ASTNode & { op: "value" }): Term<Thing> {
    const { args: value } = node;
    if (typeof value === "bigint" || typeof value === "number") {
      const number = Number(value);
      return { type: "number", of: () => number };
    }
    if (typeof value === "string") return { type: "text", of: () => value };
    if (typeof value === "boolean") return { type: "bool", of: () => value };
    if (value === null) return { type: "null", of: () => null };
    throw this.#error(node, "bytes are not supported in a condition on these columns");
  }

  #fact(node: ASTNode, name: string): Term<Thing> {
    const fact = this.#facts.find((one) => one.name === name);
    if (fact !== undefined) return fact;
    throw queryError(this.#source, rangeOf(node), unknownFact(name, this.#facts));
  }

  #arithmetic(node: ASTNode, op: "+" | "-" | "*" | "/", [left, right]: readonly [ASTNode, ASTNode]): Term<Thing> {
    if (op === "+" && this.#term(left).type === "text") throw this.#error(node, "texts can't be added here");
    const [a, b] = [this.#typed(left, "number"), this.#typed(right, "number")];
    return { type: "number", of: (thing) => computed(a(thing), b(thing), ARITHMETIC[op]) };
  }

  #comparison(node: ASTNode, op: keyof typeof ORDERS | "==" | "!=", [left, right]: readonly [ASTNode, ASTNode]): Term<Thing> {
    const [a, b] = [this.#term(left), this.#term(right)];
    const isEquality = op === "==" || op === "!=";
    if (a.type === "null" || b.type === "null") {
      if (!isEquality) throw this.#error(node, "null has no order: only == and != compare with it");
      return { type: "bool", of: (thing) => (a.of(thing) === b.of(thing)) === (op === "==") };
    }
    if (a.type !== b.type) throw this.#error(node, `${TYPE_WORDS[a.type]} is compared with ${TYPE_WORDS[b.type]}`);
    const compare = isEquality ? (x: Known, y: Known): boolean => (x === y) === (op === "==") : ORDERS[op];
    return {
      type: "bool",
      of: (thing) => {
        const [x, y] = [a.of(thing), b.of(thing)];
        return x !== null && y !== null && compare(x, y);
      },
    };
  }

  #membership([element, list]: readonly [ASTNode, ASTNode]): Term<Thing> {
    if (list.op !== "list") throw this.#error(list, 'a list is needed here, as in type in ["hash", "lru_hash"]');
    const { type, of } = this.#term(element);
    const elements = list.args.map((one) => this.#typed(one, type));
    return { type: "bool", of: (thing) => elements.some((one) => one(thing) === of(thing)) };
  }

  #method(node: ASTNode, [name, receiver, args]: readonly [string, ASTNode, readonly ASTNode[]]): Term<Thing> {
    const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
    const [argument, ...others] = args;
    if (method === undefined || argument === undefined || others.length > 0) {
      const known = Object.keys(METHODS).map((one) => `${one}("…")`);
      throw this.#error(node, `\`${name}\` is not one of ${known.join(", ")}`);
    }
    const [text, part] = [this.#typed(receiver, "text"), this.#typed(argument, "text")];
    return {
      type: "bool",
      of: (thing) => {
        const [a, b] = [text(thing), part(thing)];
        return typeof a === "string" && typeof b === "string" && method(a, b);
      },
    };
  }

  #error(node: ASTNode, message: string): Error {
    return queryError(this.#source, rangeOf(node), message);
  }
}

type Known = string | number | boolean;

const ORDERS = {
  "<": (a: Known, b: Known): boolean => a < b,
  "<=": (a: Known, b: Known): boolean => a <= b,
  ">": (a: Known, b: Known): boolean => a > b,
  ">=": (a: Known, b: Known): boolean => a >= b,
} as const;

const ARITHMETIC = {
  "+": (a: number, b: number): number => a + b,
  "-": (a: number, b: number): number => a - b,
  "*": (a: number, b: number): number => a * b,
  "/": (a: number, b: number): number => a / b,
} as const;

function computed(a: FactValue, b: FactValue, compute: (a: number, b: number) => number): FactValue {
  return typeof a === "number" && typeof b === "number" ? compute(a, b) : null;
}

function rangeOf(node: ASTNode): Range {
  return { start: node.range.start, end: node.range.end };
}

/** Returns the message for a name that is no fact, with those that there are. */
export function unknownFact<Thing>(name: string, facts: readonly Fact<Thing>[]): string {
  const names = facts.map((fact) => fact.name);
  const meant = nearest(name, names);
  const hint = meant === undefined ? `the columns are ${names.join(", ")}` : `did you mean \`${meant}\`?`;
  return `no column \`${name}\`; ${hint}`;
}
