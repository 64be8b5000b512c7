import type { EnumLayout } from "../../schema/layout.ts";
import type { Operand } from "../access/operand.ts";
import { integerCode, wordsCode } from "../access/scalar-code.ts";

/** A call that writes an integer of 8, 16, 32 or 64 bits at the position `@`, as `CodeWriter.advance` takes it. */
export function decimalCall(operand: Operand, bits: number, signed: boolean): string {
  if (bits === 64) return `${signed ? "s64" : "u64"}(@, ${wordArguments(operand)})`;
  return `${signed ? "s32" : "u32"}(@, ${integerCode(operand, { start: 0, width: bits, signed })})`;
}

/** The two words of 64 bits as arguments, the low one first. */
export function wordArguments(operand: Operand): string {
  const { low, high } = wordsCode(operand);
  return `${low}, ${high}`;
}

/**
 * The two words of an ENUM64's value. bpftool reads eight bytes whatever the size; here a narrower one is extended by
 * its signedness instead of with what happens to lie behind it.
 */
export function enumWordArguments({ size, signed }: EnumLayout, operand: Operand): string {
  if (size === 8) return wordArguments(operand);
  const value = integerCode(operand, { start: 0, width: 8 * size, signed });
  return signed ? `(${value}) >>> 0, (${value}) >> 31 >>> 0` : `${value}, 0`;
}
