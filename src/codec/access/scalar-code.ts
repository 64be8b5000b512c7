import { LITTLE_ENDIAN } from "./byte-order.ts";
import { type IntegerBits, integerBits, type ScalarField } from "./field.ts";
import { address, type Operand, shifted } from "./operand.ts";

/**
 * The spelling of reads for which a DataView has no method. Generated functions and the TypeScript that `generate`
 * writes read scalars by the same rules; they differ in these two expressions only.
 */
export interface ScalarStyle {
  /** Reads a byte, sign-extended if `signed`. */
  readonly byte: (operand: Operand, signed: boolean) => string;
  /** Reads an integer of `width` bits that starts at bit `shift` (0 to 7) of a byte. */
  readonly bits: (operand: Operand, shift: number, width: number, signed: boolean) => string;
}

/** The style of functions that run in this process: they may call `bits`, the helper of `bits.ts`. */
const FUNCTION_STYLE: ScalarStyle = {
  byte: (operand, signed) => (signed ? `(${byteCode(operand)} << 24 >> 24)` : byteCode(operand)),
  bits(operand, shift, width, signed) {
    if (shift + width > 32) return `bits(${operand.bytes}, ${address(operand)}, ${shift}, ${width}, ${signed})`;
    const raw = unsignedBitsCode(operand, shift, width);
    return signed ? `((${raw}) << ${32 - width} >> ${32 - width})` : `(${raw})`;
  },
};

/**
 * Returns the source of an expression that reads an integer: a number up to 53 bits, else a bigint. The source holds
 * only numbers and fixed words.
 */
export function integerCode(
  operand: Operand,
  { start, width, signed }: IntegerBits,
  style: ScalarStyle = FUNCTION_STYLE,
): string {
  const at = shifted(operand, start);
  const shift = start % 8;
  if (shift !== 0) return style.bits(at, shift, width, signed);
  const kind = signed ? "Int" : "Uint";
  switch (width) {
    case 8:
      return style.byte(at, signed);
    case 16:
    case 32:
      return get(at, `${kind}${width}`);
    case 64:
      return get(at, `Big${kind}64`);
    default:
      return style.bits(at, 0, width, signed);
  }
}

/**
 * Returns the source of a comparison that is true for a bool other than zero. Except in a bit-field, only its first
 * byte counts.
 */
export function boolTest(operand: Operand, field: ScalarField, style: ScalarStyle = FUNCTION_STYLE): string {
  const byte: IntegerBits = { start: field.bitOffset, width: 8, signed: false };
  const isByte = field.bitfieldBits === 0 && field.bitOffset % 8 === 0;
  const bits = isByte ? byte : { ...(integerBits(field) ?? byte), signed: false };
  return `${integerCode(operand, bits, style)} !== ${bits.width > 53 ? "0n" : "0"}`;
}

/** Returns the same comparison as an operand of a larger expression. */
export function boolCode(operand: Operand, field: ScalarField): string {
  return `(${boolTest(operand, field)})`;
}

/** Returns the source of an expression that reads a float of 4 or 8 bytes. */
export function floatCode(operand: Operand, { layout, bitOffset }: ScalarField): string {
  return get(shifted(operand, bitOffset), `Float${layout.size * 8}`);
}

/**
 * Returns the source of an expression that reads a 64-bit integer as the nearest double: exact up to 2^53, and above
 * that in the right order relative to anything below. Undefined unless the integer is a whole one of 64 bits.
 */
export function nearestDoubleCode(operand: Operand, { start, width, signed }: IntegerBits): string | undefined {
  if (width !== 64 || start % 8 !== 0) return undefined;
  const { low, high } = wordsCode(shifted(operand, start), signed);
  return `(${high} * 4294967296 + ${low})`;
}

/** Returns the source of both halves of 64 bits: the low one unsigned, the high one signed if `signed`. */
export function wordsCode(operand: Operand, signed = false): { low: string; high: string } {
  const [low, high] = LITTLE_ENDIAN ? [0, 4] : [4, 0];
  return { low: get(operand, "Uint32", low), high: get(operand, signed ? "Int32" : "Uint32", high) };
}

/** Returns the source of an unsigned byte. */
function byteCode(operand: Operand, more = 0): string {
  return `${operand.bytes}[${address(operand, more)}]`;
}

/**
 * Returns the source of up to 32 unsigned bits within at most four bytes. Bits count from the lowest of the first byte.
 */
export function unsignedBitsCode(operand: Operand, shift: number, width: number): string {
  const bytes = Math.ceil((shift + width) / 8);
  const parts = Array.from({ length: bytes }, (_, i) => `${byteCode(operand, i)} << ${8 * i}`);
  const code = `(${parts.join(" | ")}) >>> ${shift}`;
  return width === 32 ? code : `(${code}) & ${2 ** width - 1}`;
}

function get({ view, ...operand }: Operand, kind: string, more = 0): string {
  return `${view}.get${kind}(${address({ view, ...operand }, more)}, ${LITTLE_ENDIAN})`;
}
