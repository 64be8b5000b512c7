import { greatest, least } from "../../fields/integers.ts";
import type { Range } from "../../fields/query-error.ts";
import {
  bigCode,
  constantInteger,
  type IntegerContext,
  type IntegerTerm,
  isSafe,
  MAX_INT,
  type Shifted,
  type Words,
} from "./terms.ts";

export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type Arithmetic = "+" | "-" | "*" | "/" | "%";

const LIMIT = 1n << 53n;

/** Each operator as it reads from the other side. */
export const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** Compares two integers exactly; a 64-bit field with what is the same for all entries without making a bigint. */
export function compareIntegers(
  op: ComparisonOperator,
  a: IntegerTerm,
  b: IntegerTerm,
  context: IntegerContext,
): string {
  // Numbers and bigints compare exactly with one another, if not by === and !==.
  return (
    compareUniform(op, a, b, context) ?? compareUniform(MIRRORED[op], b, a, context) ?? `(${a.code} ${op} ${b.code})`
  );
}

/** Undefined where `b` differs from entry to entry, or `a` is no 64-bit field. */
function compareUniform(
  op: ComparisonOperator,
  a: IntegerTerm,
  b: IntegerTerm,
  context: IntegerContext,
): string | undefined {
  if (b.uniform !== true) return undefined;
  if (a.nearest !== undefined && isSmallConstant(b)) return `(${a.nearest} ${op} ${b.code})`;
  if (a.words !== undefined) return compareWords(op, a.words, context.uniformWords(bigCode(b)));
  if (a.shifted === undefined) return undefined;
  const { words, sign, base } = a.shifted;
  if (sign > 0) return compareWords(op, words, context.uniformWords(`${bigCode(b)} - ${base}`));
  return compareWords(MIRRORED[op], words, context.uniformWords(`${base} - ${bigCode(b)}`));
}

function isSmallConstant({ constant }: IntegerTerm): boolean {
  return constant !== undefined && constant > -LIMIT && constant < LIMIT;
}

/** The high halves decide unless they are equal. They are numbers of any size, since sums need more than 64 bits. */
function compareWords(op: ComparisonOperator, a: Words, b: Words): string {
  const same = `${a.high} === ${b.high} && ${a.low}`;
  switch (op) {
    case "==":
      return `(${same} === ${b.low})`;
    case "!=":
      return `(!(${same} === ${b.low}))`;
    case "<":
    case "<=":
      return `(${a.high} < ${b.high} || (${same} ${op} ${b.low}))`;
    case ">":
    case ">=":
      return `(${a.high} > ${b.high} || (${same} ${op} ${b.low}))`;
  }
  return op satisfies never;
}

/**
 * Adds, subtracts, multiplies or divides integers. What is computed of entries is wide enough for every result; what
 * is known beforehand is computed here and overflows as CEL's int and uint do.
 */
export function integerArithmetic(
  op: Arithmetic,
  a: IntegerTerm,
  b: IntegerTerm,
  range: Range,
  context: IntegerContext,
): IntegerTerm {
  if (b.constant === 0n && (op === "/" || op === "%")) return context.fail(range, "division by zero");
  if (a.constant !== undefined && b.constant !== undefined)
    return constantArithmetic(op, [a, a.constant], [b, b.constant], range, context);
  const bounds = resultBounds(op, a, b);
  const small = isSafe(a) && isSafe(b) && isSafe(bounds);
  const left = small ? a.code : bigCode(a);
  const right = small ? b.code : bigCode(b);
  const code = op === "/" || op === "%" ? division(op, left, right, b, range, context) : `(${left} ${op} ${right})`;
  return {
    type: "integer",
    // The result of bigints is a bigint even where its bounds are small.
    code: !small && isSafe(bounds) ? `Number(${code})` : code,
    ...bounds,
    ...(a.uniform && b.uniform ? { uniform: true } : {}),
    ...shiftedBy(op, a, b),
  };
}

/** A 64-bit field plus or minus something that is the same for all entries. */
function shiftedBy(op: Arithmetic, a: IntegerTerm, b: IntegerTerm): { shifted?: Shifted } {
  if (op !== "+" && op !== "-") return {};
  const baseOf = (term: IntegerTerm): string => (op === "+" ? bigCode(term) : `-${bigCode(term)}`);
  if (a.words !== undefined && b.uniform) return { shifted: { words: a.words, sign: 1, base: `(${baseOf(b)})` } };
  if (a.shifted !== undefined && b.uniform) {
    return { shifted: { ...a.shifted, base: `(${a.shifted.base} ${op} ${bigCode(b)})` } };
  }
  if (b.words === undefined || !a.uniform) return {};
  return { shifted: { words: b.words, sign: op === "+" ? 1 : -1, base: bigCode(a) } };
}

/** One of two integers, both in the form of the wider one. */
export function integerChoice(condition: string, a: IntegerTerm, b: IntegerTerm): IntegerTerm {
  const bounds = { min: least([a.min, b.min]), max: greatest([a.max, b.max]) };
  const [left, right] = isSafe(bounds) ? [a.code, b.code] : [bigCode(a), bigCode(b)];
  return { type: "integer", code: `(${condition} ? ${left} : ${right})`, ...bounds };
}

type Known = readonly [term: IntegerTerm, constant: bigint];

function constantArithmetic(
  op: Arithmetic,
  [a, x]: Known,
  [b, y]: Known,
  range: Range,
  context: IntegerContext,
): IntegerTerm {
  const result = applyConstant(op, x, y);
  const [isUint, isMixed] = [a.unsigned === true && b.unsigned === true, a.unsigned !== b.unsigned];
  const min = isUint ? 0n : -MAX_INT - 1n;
  const max = isUint || isMixed ? 2n * MAX_INT + 1n : MAX_INT;
  if (result < min || result > max) {
    const hint = isUint || isMixed || result < 0n ? "" : "; with a `u` behind the numbers they are uint";
    return context.fail(
      range,
      `integer overflow: ${result} is no ${isUint ? "uint" : "int"} (${min} to ${max}${hint})`,
    );
  }
  const madeBy = a.madeBy ?? b.madeBy;
  return {
    ...constantInteger(result, isUint || (isMixed && result >= 0n)),
    ...(madeBy === undefined ? {} : { madeBy }),
  };
}

function division(
  op: "/" | "%",
  a: string,
  b: string,
  { min, max }: IntegerTerm,
  range: Range,
  context: IntegerContext,
): string {
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

/** The least and the greatest result of an operation. */
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
