import type { ASTNode } from "@marcbachmann/cel-js";
import { suggestion } from "../../nearest.ts";
import type { Range } from "../fields/query-error.ts";
import { BYTE_ORDER_NAMES, swapBytes } from "./byte-order.ts";
import { toDouble, toHex, toInt, toStr, toText, toUint } from "./conversions.ts";
import { callMacro, MACRO_NAMES, sequenceAt, sequenceSize } from "./sequences.ts";
import { inCidr, ip } from "./terms/addresses.ts";
import { codePoints } from "./terms/helpers.ts";
import { constantInteger, type Term, type TermCompiler, termTypeText } from "./terms/terms.ts";
import { callTextMethod, TEXT_METHODS } from "./texts.ts";
import { durationConstant, now, timestamp } from "./time-functions.ts";

/** A function: an example of its use, the arguments it needs, those it may have besides, and its translation. */
interface CelFunction {
  readonly usage: string;
  readonly count: number;
  readonly optional?: number;
  readonly apply: (compiler: TermCompiler, args: readonly ASTNode[], range: Range) => Term;
}

/** The functions, called as `name(…)`. */
const FUNCTIONS: Readonly<Record<string, CelFunction>> = {
  inCidr: { usage: 'inCidr(key.saddr, "10.0.0.0/8")', count: 2, apply: inCidr },
  ip: { usage: 'ip("10.0.0.1")', count: 1, apply: ip },
  hex: { usage: "hex(value.mac)", count: 1, apply: toHex },
  str: { usage: "str(value.name)", count: 1, apply: toStr },
  size: { usage: "size(value.comm)", count: 1, apply: size },
  has: { usage: "has(value.packets)", count: 1, apply: has },
  matches: { usage: 'matches(value.comm, "^ng")', count: 2, apply: matches },
  int: { usage: "int(value.packets)", count: 1, apply: toInt },
  uint: { usage: "uint(value.packets)", count: 1, apply: toUint },
  double: { usage: "double(value.bytes)", count: 1, apply: toDouble },
  string: { usage: "string(value.packets)", count: 1, apply: toText },
  now: { usage: 'now() - value.last_ns > duration("60s"), or now("boot")', count: 0, optional: 1, apply: now },
  duration: { usage: 'duration("1h30m")', count: 1, apply: durationConstant },
  timestamp: { usage: 'timestamp("2025-01-31T12:00:00Z")', count: 1, optional: 1, apply: timestamp },
  ...Object.fromEntries(BYTE_ORDER_NAMES.map((name) => [name, byteOrder(name)])),
};

/** Functions of CEL or its extensions that make no sense here, and what to write instead. */
const REFUSED: Readonly<Record<string, string>> = {
  bool: "a field is true or false, or compared with a number as in value.flag != 0",
  cidr: 'a network stands in inCidr(key.saddr, "10.0.0.0/8")',
  dyn: "the types of all fields are known",
  type: "the types of all fields are known",
};

/** `name(arguments)`. Fails for a function that isn't known. */
export function callFunction(compiler: TermCompiler, name: string, args: readonly ASTNode[], range: Range): Term {
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (known === undefined && Object.hasOwn(REFUSED, name)) {
    return compiler.fail(range, `\`${name}()\` is not supported: ${REFUSED[name]}`);
  }
  if (known === undefined) {
    const list = suggestion(name, Object.keys(FUNCTIONS)).replace("it has", "there are");
    return compiler.fail(range, `there is no function \`${name}\`${list}`);
  }
  const { count, optional = 0, usage, apply } = known;
  if (args.length >= count && args.length <= count + optional) return apply(compiler, args, range);
  const needed = optional === 0 ? `${count}` : `${count} or ${count + optional}`;
  return compiler.fail(range, `\`${name}\` takes ${needed} argument${needed === "1" ? "" : "s"}: ${usage}`);
}

/** `target.name(arguments)`. */
export function callMethod(
  compiler: TermCompiler,
  [name, target, args]: readonly [string, ASTNode, ASTNode[]],
  range: Range,
): Term {
  if (MACRO_NAMES.includes(name)) return callMacro(compiler, name, target, args, range);
  if (TEXT_METHODS.includes(name)) return callTextMethod(compiler, name, compiler.term(target), args, range);
  if (name === "size" && args.length === 0) return size(compiler, [target], range);
  const list = suggestion(name, ["size", ...TEXT_METHODS, ...MACRO_NAMES]).replace("it has", "there are");
  return compiler.fail(range, `the method \`${name}\` is not supported${list}`);
}

function size(compiler: TermCompiler, [node]: readonly ASTNode[], range: Range): Term {
  const term = compiler.term(node as ASTNode);
  if (term.type === "text" && term.constant !== undefined) {
    return { ...constantInteger(BigInt(codePoints(term.constant))), range };
  }
  if (term.type === "text") return { type: "integer", code: `length(${term.code})`, min: 0n, max: 0xffff_ffffn, range };
  if (term.type === "list") return { ...constantInteger(BigInt(term.elements.length)), range };
  const sequence = sequenceAt(compiler, node as ASTNode);
  if (sequence !== undefined) return sequenceSize(sequence, range);
  return compiler.fail(range, `size() is for strings and arrays, and this is ${termTypeText(term)}`);
}

/** True for any field: all fields of a type are there, and an unknown one is an error. */
function has(compiler: TermCompiler, [node]: readonly ASTNode[], range: Range): Term {
  const isMember = node?.op === "." || (node?.op === "[]" && typeof node.args[1].args === "string");
  if (node !== undefined && isMember && compiler.locate(node) !== undefined)
    return { type: "bool", code: "true", range };
  return compiler.fail(range, "has() takes a field, as in has(value.packets)");
}

function matches(compiler: TermCompiler, [text, ...pattern]: readonly ASTNode[], range: Range): Term {
  return callTextMethod(compiler, "matches", compiler.term(text as ASTNode), pattern, range);
}

function byteOrder(name: string): CelFunction {
  const apply: CelFunction["apply"] = (compiler, [node], range) => swapBytes(compiler, name, node as ASTNode, range);
  return { usage: `${name}(443), or ${name}(key.dport)`, count: 1, apply };
}
