/**
 * The location of a value in generated code: variables for the bytes, their DataView and an offset, and a constant
 * offset.
 */
export interface Operand {
  readonly bytes: string;
  readonly view: string;
  readonly base: string;
  readonly offset: number;
}

/** Returns the source of the offset `more` bytes behind an operand. */
export function address({ base, offset }: Operand, more = 0): string {
  return offset + more === 0 ? base : `${base} + ${offset + more}`;
}

/** Returns the operand moved by the whole bytes of `bits`. */
export function shifted(operand: Operand, bits: number): Operand {
  return { ...operand, offset: operand.offset + Math.floor(bits / 8) };
}
