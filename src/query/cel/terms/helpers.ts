import { bytesFromText, textFromBytes } from "../../../bytes.ts";
import { textEnd } from "../../../codec/access/accessor.ts";
import { bits } from "../../../codec/access/bits.ts";
import { inPrefix } from "../../../codec/keys/addresses.ts";

/** The functions that the source of a compiled expression calls. */
export interface ExpressionHelpers {
  readonly bits: typeof bits;
  readonly inPrefix: typeof inPrefix;
  /** The text at a position, up to its NUL or its end. */
  text(bytes: Uint8Array, at: number, size: number): string;
  /** Tests whether that text has these bytes. */
  textIs(bytes: Uint8Array, at: number, size: number, wanted: Uint8Array): boolean;
  bytesAre(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean;
  hex(bytes: Uint8Array, at: number, size: number): string;
  /** Below 0, 0 or above 0, by code points. */
  compareText(a: string, b: string): number;
  /** Only the letters of ASCII change. */
  lower(text: string): string;
  upper(text: string): string;
  /** The number of code points of a string. */
  length(text: string): number;
  /** CEL's `&&` and `||`: one side decides even where the other one fails. */
  and(left: () => boolean, right: () => boolean): boolean;
  or(left: () => boolean, right: () => boolean): boolean;
  /** Truncate towards zero. Throw `error` for a division by zero. */
  divide<N extends number | bigint>(a: N, b: N, error: Error): N;
  modulo<N extends number | bigint>(a: N, b: N, error: Error): N;
  /** The lowest bytes of an integer that isn't negative, in the other order. */
  swap<N extends number | bigint>(value: N, bytes: number): N;
  /**
   * The number of elements that satisfy a condition; ends where `enough` do. An error of one is thrown only if it
   * matters.
   */
  count(at: number, stride: number, length: number, enough: number, test: (at: number) => boolean): number;
}

/** The number of code points of a string, as CEL's size() has it. */
export function codePoints(text: string): number {
  return [...text].length;
}

export const EXPRESSION_HELPERS: ExpressionHelpers = {
  bits,
  inPrefix,
  text: (bytes, at, size) => textFromBytes(bytes.subarray(at, textEnd(bytes, at, size))),
  textIs(bytes, at, size, wanted) {
    if (wanted.length > size) return false;
    for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
    return wanted.length === size || bytes[at + wanted.length] === 0;
  },
  bytesAre(bytes, at, wanted) {
    for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
    return true;
  },
  hex: (bytes, at, size) => Buffer.from(bytes.buffer, bytes.byteOffset + at, size).toString("hex"),
  // UTF-8 sorts as code points do; UTF-16 doesn't.
  compareText: (a, b) => Buffer.compare(bytesFromText(a), bytesFromText(b)),
  lower: (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  upper: (text) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
  length: codePoints,
  and: (left, right) => decide(left, right, false),
  or: (left, right) => decide(left, right, true),
  divide(a, b, error) {
    // biome-ignore lint/suspicious/noDoubleEquals: 0 and 0n alike
    if (b == 0) throw error;
    return (typeof a === "bigint" ? a / (b as bigint) : Math.trunc((a as number) / (b as number))) as typeof a;
  },
  modulo(a, b, error) {
    // biome-ignore lint/suspicious/noDoubleEquals: 0 and 0n alike
    if (b == 0) throw error;
    return (typeof a === "bigint" ? a % (b as bigint) : (a as number) % (b as number)) as typeof a;
  },
  swap(value, bytes) {
    let result = 0n;
    for (let i = 0, rest = BigInt(value); i < bytes; i++, rest >>= 8n) result = (result << 8n) | (rest & 0xffn);
    return (typeof value === "bigint" ? result : Number(result)) as typeof value;
  },
  count(at, stride, length, enough, test) {
    let found = 0;
    let failure: unknown;
    for (let i = 0; i < length && found < enough; i++) {
      try {
        if (test(at + i * stride)) found += 1;
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure !== undefined && found < enough) throw failure;
    return found;
  },
};

function decide(left: () => boolean, right: () => boolean, decisive: boolean): boolean {
  let first: boolean;
  try {
    first = left();
  } catch (error) {
    if (right() === decisive) return decisive;
    throw error;
  }
  return first === decisive ? decisive : right();
}
