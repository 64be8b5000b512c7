import type { EnumLayout } from "../../schema/layout.ts";

/** Where a value lies: variables of the generated code (bytes, a DataView of them, an offset) and a constant offset. */
export interface Operand {
  readonly bytes: string;
  readonly view: string;
  readonly base: string;
  readonly offset: number;
}

/** The position `more` bytes behind a place. */
export function address({ base, offset }: Operand, more: number): string {
  return offset + more === 0 ? base : `${base} + ${offset + more}`;
}

/** The byte there, as an expression. */
export function byteAt(operand: Operand, more: number): string {
  return `${operand.bytes}[${address(operand, more)}]`;
}

/** The unsigned 32 bits there, as an expression. */
export function wordAt(operand: Operand, more: number): string {
  return `${operand.view}.getUint32(${address(operand, more)}, true)`;
}

/** An integer of 8, 16 or 32 bits as an expression. */
export function intAt(operand: Operand, bits: number, signed: boolean): string {
  if (bits === 8) return signed ? `${byteAt(operand, 0)} << 24 >> 24` : byteAt(operand, 0);
  return `${operand.view}.get${signed ? "Int" : "Uint"}${bits}(${address(operand, 0)}, true)`;
}

/** A call that writes an integer of 8, 16, 32 or 64 bits at the position `@`, as `CodeWriter.advance` takes it. */
export function decimal(operand: Operand, bits: number, signed: boolean): string {
  if (bits === 64) return `${signed ? "s64" : "u64"}(@, ${wordAt(operand, 0)}, ${wordAt(operand, 4)})`;
  return `${signed ? "s32" : "u32"}(@, ${intAt(operand, bits, signed)})`;
}

/** Up to 32 bits from any bit on that lie in at most four bytes, unsigned, as an expression. */
export function bitsAt(operand: Operand, shift: number, bits: number): string {
  const bytes = Math.ceil((shift + bits) / 8);
  const parts = Array.from({ length: bytes }, (_, i) => `${byteAt(operand, i)} << ${8 * i}`);
  const shifted = `(${parts.join(" | ")}) >>> ${shift}`;
  return bits === 32 ? shifted : `(${shifted}) & ${2 ** bits - 1}`;
}

/**
 * The two words of an ENUM64's value. bpftool reads eight bytes whatever the size; here a narrower one is extended by
 * its signedness instead of with what happens to lie behind it.
 */
export function wideWords(layout: EnumLayout, operand: Operand): string {
  if (layout.size === 8) return `${wordAt(operand, 0)}, ${wordAt(operand, 4)}`;
  const value = intAt(operand, 8 * layout.size, layout.signed);
  return layout.signed ? `(${value}) >>> 0, (${value}) >> 31 >>> 0` : `${value}, 0`;
}
