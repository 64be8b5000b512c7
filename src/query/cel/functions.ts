import type { ASTNode } from "@marcbachmann/cel-js";
import { addressBytes, networkOf } from "../../codec/keys/addresses.ts";
import { suggestion } from "../../nearest.ts";
import type { Range } from "../fields/query-error.ts";
import { addressPlace, inNetworkCode, isByteArray } from "./compare.ts";
import { callMacro, MACRO_NAMES, sequenceAt, sequenceSize } from "./sequences.ts";
import { bigCode, constantInteger, describe, isSafe, startOf, type Term, type TermCompiler } from "./terms.ts";
import { callTextMethod, TEXT_METHODS } from "./texts.ts";

/** A function: what its arguments are called, and what it makes of them. */
interface CelFunction {
  readonly usage: string;
  readonly count: number;
  readonly apply: (compiler: TermCompiler, args: readonly ASTNode[], range: Range) => Term;
}

/** What can be called as `name(…)`. */
const FUNCTIONS: Readonly<Record<string, CelFunction>> = {
  inCidr: { usage: 'inCidr(key.saddr, "10.0.0.0/8")', count: 2, apply: inCidr },
  ip: { usage: 'ip("10.0.0.1")', count: 1, apply: ip },
  hex: { usage: "hex(value.mac)", count: 1, apply: hex },
  str: { usage: "str(value.name)", count: 1, apply: str },
  size: { usage: "size(value.comm)", count: 1, apply: size },
  has: { usage: "has(value.packets)", count: 1, apply: has },
  matches: { usage: 'matches(value.comm, "^ng")', count: 2, apply: matches },
  int: { usage: "int(value.packets)", count: 1, apply: toInteger },
  uint: { usage: "uint(value.packets)", count: 1, apply: toInteger },
  double: { usage: "double(value.bytes)", count: 1, apply: toDouble },
  string: { usage: "string(value.packets)", count: 1, apply: toText },
  ntohs: { usage: "ntohs(key.dport)", count: 1, apply: swap(16) },
  htons: { usage: "htons(key.dport)", count: 1, apply: swap(16) },
  ntohl: { usage: "ntohl(key.saddr)", count: 1, apply: swap(32) },
  htonl: { usage: "htonl(key.saddr)", count: 1, apply: swap(32) },
};

/** Functions of CEL that make no sense here, or of its extensions, and what does. */
const REFUSED: Readonly<Record<string, string>> = {
  bool: "a field is true or false, or compared with a number as in value.flag != 0",
  cidr: 'a network stands in inCidr(key.saddr, "10.0.0.0/8")',
  duration: "a time in a map is an integer, such as 5 * 1000000000",
  dyn: "the types of all fields are known",
  timestamp: "a time in a map is an integer, mostly of nanoseconds since the machine was started",
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
  if (args.length === known.count) return known.apply(compiler, args, range);
  return compiler.fail(range, `\`${name}\` takes ${known.count} argument${known.count > 1 ? "s" : ""}: ${known.usage}`);
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

function inCidr(compiler: TermCompiler, args: readonly ASTNode[], range: Range): Term {
  const [subject, text] = [compiler.term(first(args)), compiler.term(args[1] as ASTNode)];
  if (text.type !== "text" || text.constant === undefined) {
    return compiler.fail(text.range, 'the network must be a string such as "10.0.0.0/8"');
  }
  const network = networkOf(text.constant);
  if (typeof network === "string") return compiler.fail(text.range, network);
  const place = addressPlace(subject);
  if (place === undefined) {
    return compiler.fail(subject.range, `an address has 4 or 16 bytes, and this is ${describe(subject)}`);
  }
  if (place.size !== network.bytes.length) {
    const message = `the address has ${place.size} bytes, those of the network ${network.bytes.length}`;
    return compiler.fail(range, message);
  }
  return { type: "bool", code: inNetworkCode(compiler, place, network.bytes, network.prefix), range };
}

function ip(compiler: TermCompiler, args: readonly ASTNode[], range: Range): Term {
  const text = compiler.term(first(args));
  const constant = text.type === "text" && text.constant !== undefined ? addressBytes(text.constant) : undefined;
  if (constant !== undefined) return { type: "address", constant, range };
  const network = text.type === "text" && text.constant?.includes("/");
  const hint = network ? ' (a network: inCidr(key.saddr, "10.0.0.0/8"))' : "";
  return compiler.fail(text.range, `ip() takes an address as a string, such as "10.0.0.1"${hint}`);
}

/** The digits of an integer without leading zeros, or two for each byte of anything else. */
function hex(compiler: TermCompiler, args: readonly ASTNode[], range: Range): Term {
  const term = compiler.term(first(args));
  if (term.type === "integer") {
    if (term.min >= 0n) return { type: "text", code: `(${term.code}).toString(16)`, range };
    return compiler.fail(range, "hex() of an integer that may be negative is not supported");
  }
  const located = compiler.locate(first(args));
  if (located === undefined || located.field.bitfieldBits > 0) {
    return compiler.fail(range, `hex() is for bytes and integers, and this is ${describe(term)}`);
  }
  const code = `hex(${located.operand.bytes}, ${startOf(located)}, ${located.field.layout.size})`;
  return { type: "text", code, range };
}

/** An array of bytes as text, up to its first NUL. */
function str(compiler: TermCompiler, args: readonly ASTNode[], range: Range): Term {
  const term = compiler.term(first(args));
  if (term.type === "text") return term;
  if (term.type !== "field" || !isByteArray(term.located.field.layout)) {
    return compiler.fail(range, `str() is for arrays of bytes, and this is ${describe(term)}`);
  }
  const { located } = term;
  const where = `${located.operand.bytes}, ${startOf(located)}, ${located.field.layout.size}`;
  return { type: "text", code: `text(${where})`, equals: (t) => `textIs(${where}, t[${t}])`, range };
}

function size(compiler: TermCompiler, args: readonly ASTNode[], range: Range): Term {
  const term = compiler.term(first(args));
  if (term.type === "text") return { type: "integer", code: `length(${term.code})`, min: 0n, max: 0xffff_ffffn, range };
  if (term.type === "list") return { ...constantInteger(BigInt(term.elements.length)), range };
  const sequence = sequenceAt(compiler, first(args));
  if (sequence !== undefined) return sequenceSize(sequence, range);
  return compiler.fail(range, `size() is for strings and arrays, and this is ${describe(term)}`);
}

/** A field that is known is there; one that isn't is a mistake, as everywhere. */
function has(compiler: TermCompiler, args: readonly ASTNode[], range: Range): Term {
  const node = first(args);
  if (node.op === "." && compiler.locate(node) !== undefined) return { type: "bool", code: "true", range };
  return compiler.fail(range, "has() takes a field, as in has(value.packets)");
}

function matches(compiler: TermCompiler, [text, ...pattern]: readonly ASTNode[], range: Range): Term {
  return callTextMethod(compiler, "matches", compiler.term(text as ASTNode), pattern, range);
}

/** Integers are mathematical here, so that signed and unsigned ones are of one kind. */
function toInteger(compiler: TermCompiler, args: readonly ASTNode[], range: Range): Term {
  const term = compiler.term(first(args));
  if (term.type === "integer") return term;
  return compiler.fail(range, `int() and uint() are for integers, and this is ${describe(term)}`);
}

function toText(compiler: TermCompiler, args: readonly ASTNode[], range: Range): Term {
  const term = compiler.term(first(args));
  if (term.type === "text") return term;
  if (term.type === "integer" || term.type === "bool") return { type: "text", code: `String(${term.code})`, range };
  return compiler.fail(range, `string() is for integers, true and false, and this is ${describe(term)}`);
}

function toDouble(compiler: TermCompiler, args: readonly ASTNode[], range: Range): Term {
  const term = compiler.term(first(args));
  if (term.type === "double") return term;
  if (term.type === "integer")
    return { type: "double", code: isSafe(term) ? term.code : `Number(${bigCode(term)})`, range };
  return compiler.fail(range, `double() is for numbers, and this is ${describe(term)}`);
}

/** An integer with its bytes in the other order. */
function swap(width: 16 | 32): CelFunction["apply"] {
  return (compiler, args, range) => {
    const term = compiler.term(first(args));
    const field = term.type === "integer" ? term.located?.field : undefined;
    const whole = field?.bitfieldBits === 0 && field.layout.size * 8 === width && field.bitOffset % 8 === 0;
    if (term.type !== "integer" || term.located === undefined || !whole || term.swapped) {
      return compiler.fail(range, `a field of ${width} bits is needed here, and this is ${describe(term)}`);
    }
    const code = `${term.located.operand.view}.getUint${width}(${startOf(term.located)}, false)`;
    const max = (1n << BigInt(width)) - 1n;
    return { type: "integer", code, min: 0n, max, located: term.located, swapped: true, range };
  };
}

function first(args: readonly ASTNode[]): ASTNode {
  return args[0] as ASTNode;
}
