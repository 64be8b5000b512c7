import { greatest, least } from "../fields/integers.ts";
import type { Range } from "../fields/query-error.ts";
import { bigCode, constantInteger, type DivisionContext, type IntegerTerm, isSafe } from "./terms.ts";

export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type Arithmetic = "+" | "-" | "*" | "/" | "%";

const LIMIT = 1n << 53n;

/** Compares two integers exactly; a 64-bit field with a smaller constant without making a bigint. */
export function compareIntegers(op: ComparisonOperator, a: IntegerTerm, b: IntegerTerm): string {
  if (a.nearest !== undefined && isSmallConstant(b)) return `(${a.nearest} ${op} ${b.code})`;
  if (b.nearest !== undefined && isSmallConstant(a)) return `(${a.code} ${op} ${b.nearest})`;
  // Numbers and bigints compare exactly with one another, if not by === and !==.
  return `(${a.code} ${op} ${b.code})`;
}

function isSmallConstant({ constant }: IntegerTerm): boolean {
  return constant !== undefined && constant > -LIMIT && constant < LIMIT;
}

/** Adds, subtracts, multiplies or divides integers, wide enough for every result. */
export function integerArithmetic(
  op: Arithmetic,
  a: IntegerTerm,
  b: IntegerTerm,
  range: Range,
  context: DivisionContext,
): IntegerTerm {
  const bounds = resultBounds(op, a, b);
  if (a.constant !== undefined && b.constant !== undefined && !((op === "/" || op === "%") && b.constant === 0n)) {
    return constantInteger(applyConstant(op, a.constant, b.constant));
  }
  const small = isSafe(a) && isSafe(b) && isSafe(bounds);
  const left = small ? a.code : bigCode(a);
  const right = small ? b.code : bigCode(b);
  const code = op === "/" || op === "%" ? division(op, left, right, b, range, context) : `(${left} ${op} ${right})`;
  // The text of a bigint's result is a bigint even where its bounds are small.
  return { type: "integer", code: !small && isSafe(bounds) ? `Number(${code})` : code, ...bounds };
}

/** One of two integers, both in the form of the wider one. */
export function integerChoice(condition: string, a: IntegerTerm, b: IntegerTerm): IntegerTerm {
  const bounds = { min: least([a.min, b.min]), max: greatest([a.max, b.max]) };
  const [left, right] = isSafe(bounds) ? [a.code, b.code] : [bigCode(a), bigCode(b)];
  return { type: "integer", code: `(${condition} ? ${left} : ${right})`, ...bounds };
}

function division(
  op: "/" | "%",
  a: string,
  b: string,
  divisor: IntegerTerm,
  range: Range,
  context: DivisionContext,
): string {
  const { constant, min, max } = divisor;
  if (constant === 0n) return context.fail(range, "division by zero");
  const mayFail = min <= 0n && max >= 0n;
  const error = mayFail ? `t[${context.divisionError(range)}]` : "undefined";
  return `${op === "/" ? "divide" : "modulo"}(${a}, ${b}, ${error})`;
}

function applyConstant(op: Arithmetic, a: bigint, b: bigint): bigint {
  switch (op) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
  }
  return op satisfies never;
}

/** The least and the greatest that an operation can give. */
function resultBounds(op: Arithmetic, a: IntegerTerm, b: IntegerTerm): { min: bigint; max: bigint } {
  switch (op) {
    case "+":
      return { min: a.min + b.min, max: a.max + b.max };
    case "-":
      return { min: a.min - b.max, max: a.max - b.min };
    case "*": {
      const products = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
      return { min: least(products), max: greatest(products) };
    }
    case "/": {
      const size = greatest([a.max, -a.min, 0n]);
      return { min: a.min >= 0n && b.min >= 0n ? 0n : -size, max: size };
    }
    case "%": {
      const size = greatest([b.max, -b.min, 1n]) - 1n;
      return { min: a.min < 0n ? -size : 0n, max: a.max > 0n ? size : 0n };
    }
  }
  return op satisfies never;
}
