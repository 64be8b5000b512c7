import type { ASTNode } from "@marcbachmann/cel-js";
import type { Range } from "../fields/query-error.ts";
import {
  bigCode,
  constantInteger,
  type IntegerTerm,
  startOf,
  type Term,
  type TermCompiler,
  termTypeText,
} from "./terms/terms.ts";

type Width = 16 | 32 | 64;

/** Names of functions that swap the bytes of an integer: of POSIX, libbpf, the kernel and glibc. */
const NAMES: Readonly<Record<Width, readonly string[]>> = {
  16: ["ntohs", "htons", "bpf_ntohs", "bpf_htons", "be16_to_cpu", "cpu_to_be16", "be16toh", "htobe16"],
  32: ["ntohl", "htonl", "bpf_ntohl", "bpf_htonl", "be32_to_cpu", "cpu_to_be32", "be32toh", "htobe32"],
  64: ["ntohll", "htonll", "bpf_be64_to_cpu", "bpf_cpu_to_be64", "be64_to_cpu", "cpu_to_be64", "be64toh", "htobe64"],
};

const WIDTHS: ReadonlyMap<string, Width> = new Map(
  ([16, 32, 64] as const).flatMap((width) => NAMES[width].map((name) => [name, width] as const)),
);

export const BYTE_ORDER_NAMES: readonly string[] = [...WIDTHS.keys()];

/** `htons(443)`, `ntohl(key.saddr)`: an integer of the function's width with its bytes in the other order. */
export function swapBytes(compiler: TermCompiler, name: string, argument: ASTNode, range: Range): Term {
  const width = WIDTHS.get(name) as Width;
  const term = compiler.term(argument);
  if (term.type !== "integer")
    return compiler.fail(range, `\`${name}\` takes an integer, and this is ${termTypeText(term)}`);
  if (term.constant !== undefined) return { ...swappedConstant(compiler, name, width, term, term.constant), range };
  return { ...(swappedField(term, width) ?? swappedResult(compiler, name, width, term)), range };
}

function swappedConstant(
  compiler: TermCompiler,
  name: string,
  width: Width,
  { range }: Term,
  constant: bigint,
): IntegerTerm {
  const max = (1n << BigInt(width)) - 1n;
  if (constant < 0n || constant > max)
    return compiler.fail(range, `\`${name}\` takes ${width} bits: 0 to ${max}, not ${constant}`);
  return { ...constantInteger(swapped(constant, width)), madeBy: name };
}

function swapped(value: bigint, width: Width): bigint {
  let result = 0n;
  for (let bit = 0, rest = value; bit < width; bit += 8, rest >>= 8n) result = (result << 8n) | (rest & 0xffn);
  return result;
}

/** A field of the right width is read in the other order, which costs no more than reading it. */
function swappedField({ located, swapped: isSwapped }: IntegerTerm, width: Width): IntegerTerm | undefined {
  if (located === undefined || isSwapped) return undefined;
  const { bitfieldBits, bitOffset, layout } = located.field;
  if (bitfieldBits > 0 || bitOffset % 8 !== 0 || layout.size * 8 !== width) return undefined;
  if (layout.kind === "int" && layout.bits !== width) return undefined;
  const { view } = located.operand;
  const at = startOf(located);
  const common = { type: "integer", min: 0n, max: (1n << BigInt(width)) - 1n, located, swapped: true } as const;
  if (width !== 64) return { ...common, code: `${view}.getUint${width}(${at}, false)` };
  const words = { high: `${view}.getUint32(${at}, false)`, low: `${view}.getUint32(${at} + 4, false)` };
  const nearest = `(${words.high} * 4294967296 + ${words.low})`;
  return { ...common, code: `${view}.getBigUint64(${at}, false)`, words, nearest };
}

/** Anything else is computed, if it is sure to have the width. */
function swappedResult(compiler: TermCompiler, name: string, width: Width, term: IntegerTerm & Term): IntegerTerm {
  const max = (1n << BigInt(width)) - 1n;
  if (term.min < 0n || term.max > max) {
    return compiler.fail(term.range, `\`${name}\` takes ${width} bits, and this is ${sizeText(term)}`);
  }
  const code = `swap(${width === 64 ? bigCode(term) : term.code}, ${width / 8})`;
  return { type: "integer", code, min: 0n, max };
}

function sizeText(term: IntegerTerm & Term): string {
  const { located } = term;
  if (located === undefined) return `from ${term.min} to ${term.max}`;
  const { bitfieldBits, layout } = located.field;
  return `${termTypeText(term)} of ${bitfieldBits || layout.size * 8} bits`;
}
