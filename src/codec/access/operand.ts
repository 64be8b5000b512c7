/** Where a value lies: variables of the generated code (bytes, a DataView of them, an offset) and a constant offset. */
export interface Operand {
  readonly bytes: string;
  readonly view: string;
  readonly base: string;
  readonly offset: number;
}

/** Source of the position `more` bytes behind an operand. */
export function address({ base, offset }: Operand, more = 0): string {
  return offset + more === 0 ? base : `${base} + ${offset + more}`;
}

/** The operand whole bytes further on. */
export function shifted(operand: Operand, bits: number): Operand {
  return { ...operand, offset: operand.offset + Math.floor(bits / 8) };
}
