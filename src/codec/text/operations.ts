import * as Op from "./ops.ts";

/** The bytes at s that an operation reads: a number, or as its operand a says. */
export type Reads = 0 | 1 | 2 | 4 | 8 | 16 | "length" | "bits";

/** The meaning of operand a. A way is the distance to the operation that follows instead of the next one. */
export type FirstOperand =
  | ("none" | "way" | "routine" | "slot" | "turns" | "first bit" | "bits" | "length" | "table" | "note")
  | "renderer";

/** The meaning of operand b. */
export type SecondOperand = "none" | "way" | "way back" | "turns" | "slots";

/** The facts about an operation that the compilers and the disassembler know; what it does is told in `ops.ts`. */
export interface Operation {
  readonly name: keyof typeof Op;
  readonly reads: Reads;
  readonly a: FirstOperand;
  readonly b: SecondOperand;
}

/** The operations by their code. */
export const OPERATIONS: readonly Operation[] = codesInOrder({
  END: [Op.END, 0, "none", "none"],
  TEXT: [Op.TEXT, 0, "none", "none"],
  JUMP: [Op.JUMP, 0, "way", "none"],
  CALL: [Op.CALL, 0, "routine", "slots"],
  RETURN: [Op.RETURN, 0, "none", "none"],
  LOOP: [Op.LOOP, 0, "slot", "turns"],
  NEXT: [Op.NEXT, 0, "slot", "way back"],
  NEXT_LINE: [Op.NEXT_LINE, 0, "slot", "way back"],
  COUNTED: [Op.COUNTED, 4, "slot", "way"],
  UNLESS_ONE: [Op.UNLESS_ONE, 4, "way", "none"],
  CPUS: [Op.CPUS, 0, "slot", "way"],
  NEXT_CPU: [Op.NEXT_CPU, 0, "slot", "way back"],
  CPU: [Op.CPU, 0, "none", "none"],
  TURN: [Op.TURN, 0, "turns", "none"],
  TURN_2: [Op.TURN_2, 0, "turns", "none"],
  STOP: [Op.STOP, 0, "none", "none"],
  IF_STOPPED: [Op.IF_STOPPED, 0, "way", "none"],
  U8: [Op.U8, 1, "none", "none"],
  U16: [Op.U16, 2, "none", "none"],
  U32: [Op.U32, 4, "none", "none"],
  U64: [Op.U64, 8, "none", "none"],
  S8: [Op.S8, 1, "none", "none"],
  S16: [Op.S16, 2, "none", "none"],
  S32: [Op.S32, 4, "none", "none"],
  S64: [Op.S64, 8, "none", "none"],
  DECIMAL: [Op.DECIMAL, "bits", "bits", "none"],
  HEX: [Op.HEX, "bits", "bits", "none"],
  HEX_TO_END: [Op.HEX_TO_END, 16, "first bit", "none"],
  BOOL: [Op.BOOL, 1, "none", "none"],
  BOOL_BITS: [Op.BOOL_BITS, "bits", "bits", "none"],
  POINTER: [Op.POINTER, 8, "none", "none"],
  CHAR: [Op.CHAR, 1, "note", "none"],
  CHAR_PLAIN: [Op.CHAR_PLAIN, 1, "none", "none"],
  STRING: [Op.STRING, "length", "length", "way"],
  STRING_OLD: [Op.STRING_OLD, "length", "length", "way"],
  ENUM_S8: [Op.ENUM_S8, 1, "table", "way"],
  ENUM_S16: [Op.ENUM_S16, 2, "table", "way"],
  ENUM_S32: [Op.ENUM_S32, 4, "table", "way"],
  ENUM_S64: [Op.ENUM_S64, 8, "table", "way"],
  ENUM_U8: [Op.ENUM_U8, 1, "table", "way"],
  ENUM_U16: [Op.ENUM_U16, 2, "table", "way"],
  ENUM_U32: [Op.ENUM_U32, 4, "table", "way"],
  BITS: [Op.BITS, "bits", "bits", "none"],
  ENUM_BITS: [Op.ENUM_BITS, 0, "table", "way"],
  HEX_JSON: [Op.HEX_JSON, "length", "length", "none"],
  HEX_PLAIN: [Op.HEX_PLAIN, "length", "length", "none"],
  HEX_STRING: [Op.HEX_STRING, "length", "length", "none"],
  CHARS: [Op.CHARS, "length", "length", "none"],
  CHARS_LOSSLESS: [Op.CHARS_LOSSLESS, "length", "length", "none"],
  F32: [Op.F32, 4, "none", "none"],
  F64: [Op.F64, 8, "none", "none"],
  RENDER: [Op.RENDER, 0, "renderer", "none"],
  ROW_CPU: [Op.ROW_CPU, 0, "none", "none"],
  ROW_INDEX: [Op.ROW_INDEX, 0, "none", "none"],
  CELL: [Op.CELL, "length", "length", "none"],
  CELL_LOSSLESS: [Op.CELL_LOSSLESS, "length", "length", "none"],
});

type OperationName = Exclude<keyof typeof Op, "MAX_LITERAL" | "STACK_BYTES" | "NAME_HAS_NOTE" | "NOTE_BEFORE_NAME">;

type OperationRow = readonly [code: number, Reads, FirstOperand, SecondOperand];

function codesInOrder(rows: Readonly<Record<OperationName, OperationRow>>): readonly Operation[] {
  const operations: Operation[] = [];
  // Taking the rows apart by patterns would take longer than all else that a small map needs of this file.
  for (const name of Object.keys(rows) as OperationName[]) {
    const row = rows[name];
    operations[row[0]] = { name, reads: row[1], a: row[2], b: row[3] };
  }
  return operations;
}

/** Returns the operation of a code. */
export function operationOf(code: number): Operation {
  const operation = OPERATIONS[code];
  if (operation === undefined) throw new RangeError(`operation ${code} is not known`);
  return operation;
}

/** Returns operand a of `width` bits from bit `first` (0 to 7) on. */
export function bitsOperand(first: number, width: number, signed = false): number {
  return first | (width << 8) | (signed ? 1 << 16 : 0);
}

/** Returns the parts of such an operand. */
export function bitsOf(operand: number): { first: number; width: number; signed: boolean } {
  return { first: operand & 7, width: (operand >> 8) & 0xff, signed: operand >> 16 !== 0 };
}
