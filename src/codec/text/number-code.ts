import type { EnumLayout } from "../../schema/layout.ts";
import type { Operand } from "../access/operand.ts";
import { integerCode, wordsCode } from "../access/scalar-code.ts";

/** Returns a call that writes an integer of 8, 16, 32 or 64 bits at position `@`, for `CodeWriter.advance`. */
export function decimalCall(operand: Operand, bits: number, signed: boolean): string {
  if (bits === 64) return `${signed ? "s64" : "u64"}(@, ${wordArguments(operand)})`;
  return `${signed ? "s32" : "u32"}(@, ${integerCode(operand, { start: 0, width: bits, signed })})`;
}

/** Returns both words of 64 bits as arguments, the low one first. */
export function wordArguments(operand: Operand): string {
  const { low, high } = wordsCode(operand);
  return `${low}, ${high}`;
}

/**
 * Returns both words of an ENUM64 as arguments. bpftool reads eight bytes whatever its size; here a narrower one is
 * extended by its sign instead of with the bytes behind it.
 */
export function enumWordArguments({ size, signed }: EnumLayout, operand: Operand): string {
  if (size === 8) return wordArguments(operand);
  const value = integerCode(operand, { start: 0, width: 8 * size, signed });
  return signed ? `(${value}) >>> 0, (${value}) >> 31 >>> 0` : `${value}, 0`;
}
