import { scalarKind } from "../../../codec/access/accessor.ts";
import { type IntegerBits, integerBits } from "../../../codec/access/field.ts";
import { address, type Operand, shifted } from "../../../codec/access/operand.ts";
import { boolCode, floatCode, integerCode, nearestDoubleCode, wordsCode } from "../../../codec/access/scalar-code.ts";
import type { Range } from "../../fields/query-error.ts";
import type { LocatedField, Term, TextTerm, Words } from "./terms.ts";

/** The value of a field. Records, arrays and opaque types stay fields. */
export function readField({ field, operand }: LocatedField, range: Range): Term {
  switch (scalarKind(field)) {
    case "bool":
      return { type: "bool", code: boolCode(operand, field), range };
    case "float":
      return { type: "double", code: floatCode(operand, field), range };
    case "text":
      return { ...textAt(operand, field.bitOffset / 8, field.layout.size), range };
    case "integer": {
      const bits = integerBits(field);
      if (bits === undefined) break;
      const bounds = integerBounds(bits);
      const exact = {
        type: "integer",
        code: integerCode(operand, bits),
        ...bounds,
        located: { field, operand },
      } as const;
      const nearest = nearestDoubleCode(operand, bits);
      return nearest === undefined ? { ...exact, range } : { ...exact, nearest, words: wordsAt(operand, bits), range };
    }
  }
  return { type: "field", located: { field, operand }, range };
}

/** Bytes as text, up to a NUL or their end. */
export function textAt(operand: Operand, start: number, size: number): TextTerm {
  const where = `${operand.bytes}, ${address({ ...operand, offset: operand.offset + start }, 0)}, ${size}`;
  return { type: "text", code: `text(${where})`, equals: (table: number) => `textIs(${where}, t[${table}])` };
}

/** The halves of a 64-bit integer that begins on a byte. */
function wordsAt(operand: Operand, { start, signed }: IntegerBits): Words {
  return wordsCode(shifted(operand, start), signed);
}

function integerBounds({ width, signed }: IntegerBits): { min: bigint; max: bigint } {
  const size = 1n << BigInt(signed ? width - 1 : width);
  return { min: signed ? -size : 0n, max: size - 1n };
}
