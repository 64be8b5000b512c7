import type { Range } from "../../fields/query-error.ts";
import { type Arithmetic, integerArithmetic, integerChoice } from "./operators.ts";
import {
  constantDouble,
  constantInteger,
  constantText,
  type DoubleTerm,
  type Term,
  type TermCompiler,
  type TextTerm,
  termTypeText,
} from "./terms.ts";

/** `a + b` and the like: of two integers, two doubles, or two strings. */
export function arithmetic(compiler: TermCompiler, op: Arithmetic, a: Term, b: Term, range: Range): Term {
  if (a.type === "integer" && b.type === "integer") return { ...integerArithmetic(op, a, b, range, compiler), range };
  if (a.type === "double" && b.type === "double" && op !== "%") return { ...doubleArithmetic(op, a, b), range };
  if (a.type === "text" && b.type === "text" && op === "+") return { ...concatenation(compiler, a, b), range };
  const types = [a.type, b.type];
  const mixed = types.includes("double") && types.includes("integer") && op !== "%";
  const hint = mixed ? " (double(x) turns an integer into a floating-point number)" : "";
  return compiler.fail(range, `\`${op}\` does not go with ${termTypeText(a)} and ${termTypeText(b)}${hint}`);
}

/** `-a`. */
export function negative(compiler: TermCompiler, term: Term, range: Range): Term {
  if (term.type === "integer") return { ...integerArithmetic("-", constantInteger(0n), term, range, compiler), range };
  if (term.type !== "double") return compiler.fail(range, `- needs a number, and this is ${termTypeText(term)}`);
  if (term.constant !== undefined) return { ...constantDouble(-term.constant), range };
  return { type: "double", code: `(-${term.code})`, range };
}

/** `condition ? a : b`. */
export function conditionalTerm(compiler: TermCompiler, condition: string, a: Term, b: Term, range: Range): Term {
  if (a.type === "integer" && b.type === "integer") return { ...integerChoice(condition, a, b), range };
  const scalar = a.type === "bool" || a.type === "double" || a.type === "text";
  if (scalar && a.type === b.type) return { type: a.type, code: `(${condition} ? ${a.code} : ${b.code})`, range };
  return compiler.fail(
    range,
    `both sides of ?: must be of one type, and these are ${termTypeText(a)} and ${termTypeText(b)}`,
  );
}

function doubleArithmetic(op: Exclude<Arithmetic, "%">, a: DoubleTerm, b: DoubleTerm): DoubleTerm {
  if (a.constant !== undefined && b.constant !== undefined) {
    return constantDouble(applyConstant(op, a.constant, b.constant));
  }
  return { type: "double", code: `(${a.code} ${op} ${b.code})` };
}

function concatenation(compiler: TermCompiler, a: TextTerm, b: TextTerm): TextTerm {
  if (a.constant !== undefined && b.constant !== undefined) return constantText(compiler, a.constant + b.constant);
  return { type: "text", code: `(${a.code} + ${b.code})` };
}

function applyConstant(op: Exclude<Arithmetic, "%">, a: number, b: number): number {
  switch (op) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
  }
  return op satisfies never;
}
