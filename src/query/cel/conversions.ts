import type { ASTNode } from "@marcbachmann/cel-js";
import { isByteArray } from "../fields/layouts.ts";
import type { Range } from "../fields/query-error.ts";
import { textAt } from "./terms/read-field.ts";
import {
  bigCode,
  constantDouble,
  constantInteger,
  constantText,
  type IntegerTerm,
  isSafe,
  MAX_INT,
  startOf,
  type Term,
  type TermCompiler,
  termTypeText,
} from "./terms/terms.ts";

/** `int(x)`: integers are mathematical here, so that only a constant can be out of range. */
export function toInt(compiler: TermCompiler, [node]: readonly ASTNode[], range: Range): Term {
  const term = integerTerm(compiler, node, range);
  if (term.constant === undefined) return term;
  if (term.constant <= MAX_INT) return { ...constantInteger(term.constant), range };
  return compiler.fail(range, `range error: ${term.constant} is no int (at most ${MAX_INT})`);
}

/** `uint(x)`. */
export function toUint(compiler: TermCompiler, [node]: readonly ASTNode[], range: Range): Term {
  const term = integerTerm(compiler, node, range);
  if (term.constant === undefined) return term;
  if (term.constant >= 0n) return { ...constantInteger(term.constant, true), range };
  return compiler.fail(range, `range error: ${term.constant} is no uint (0 at least)`);
}

function integerTerm(compiler: TermCompiler, node: ASTNode | undefined, range: Range): IntegerTerm & Term {
  const term = compiler.term(node as ASTNode);
  if (term.type === "integer") return term;
  return compiler.fail(range, `int() and uint() are for integers, and this is ${termTypeText(term)}`);
}

/** `double(x)`. */
export function toDouble(compiler: TermCompiler, [node]: readonly ASTNode[], range: Range): Term {
  const term = compiler.term(node as ASTNode);
  if (term.type === "double") return term;
  if (term.type !== "integer") {
    return compiler.fail(range, `double() is for numbers, and this is ${termTypeText(term)}`);
  }
  if (term.constant !== undefined) return { ...constantDouble(Number(term.constant)), range };
  return { type: "double", code: isSafe(term) ? term.code : `Number(${bigCode(term)})`, range };
}

/** `string(x)`. */
export function toText(compiler: TermCompiler, [node]: readonly ASTNode[], range: Range): Term {
  const term = compiler.term(node as ASTNode);
  if (term.type === "text") return term;
  if (term.type === "integer" && term.constant !== undefined) {
    return { ...constantText(compiler, String(term.constant)), range };
  }
  if (term.type === "integer" || term.type === "bool") return { type: "text", code: `String(${term.code})`, range };
  return compiler.fail(range, `string() is for integers, true and false, and this is ${termTypeText(term)}`);
}

/** `hex(x)`: the digits of an integer without leading zeros, or two for each byte of anything else. */
export function toHex(compiler: TermCompiler, [node]: readonly ASTNode[], range: Range): Term {
  const term = compiler.term(node as ASTNode);
  if (term.type === "integer") {
    if (term.min < 0n) return compiler.fail(range, "hex() of an integer that may be negative is not supported");
    if (term.constant !== undefined) return { ...constantText(compiler, term.constant.toString(16)), range };
    return { type: "text", code: `(${term.code}).toString(16)`, range };
  }
  const located = compiler.locate(node as ASTNode);
  if (located === undefined || located.field.bitfieldBits > 0) {
    return compiler.fail(range, `hex() is for bytes and integers, and this is ${termTypeText(term)}`);
  }
  const code = `hex(${located.operand.bytes}, ${startOf(located)}, ${located.field.layout.size})`;
  return { type: "text", code, range };
}

/** `str(x)`: an array of bytes as text, up to its first NUL. */
export function toStr(compiler: TermCompiler, [node]: readonly ASTNode[], range: Range): Term {
  const term = compiler.term(node as ASTNode);
  if (term.type === "text") return term;
  if (term.type !== "field" || !isByteArray(term.located.field.layout)) {
    return compiler.fail(range, `str() is for arrays of bytes, and this is ${termTypeText(term)}`);
  }
  const { field, operand } = term.located;
  return { ...textAt(operand, field.bitOffset / 8, field.layout.size), range };
}
