import { bitsOf, type FirstOperand, operationOf, type SecondOperand } from "./operations.ts";
import * as Op from "./ops.ts";
import type { Program } from "./program.ts";

const HEAD = 16;
/** The most characters of a literal that are shown. */
const MOST_TEXT = 60;

/**
 * Returns the operations of a program, one a line: address, name, source, operands, and the text that comes before.
 *
 *      0  HEX_JSON        slot 0 + 0   4 bytes               "{\"key\":["
 *     48  NEXT            + 4          slot 2, back to 32
 */
export function disassembly({ image, codeEnd, notes }: Program): string {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  const lines = [`program: ${image.length} bytes, ${codeEnd} of operations, ${notes} notes`];
  for (let at = 0; at < codeEnd; ) {
    const length = view.getUint16(at + 2, true);
    const next = at + HEAD + ((length + 15) & ~15);
    lines.push(lineText(image.subarray(at, at + HEAD + length), at, next));
    at = next;
  }
  return lines.join("\n");
}

function lineText(line: Uint8Array, at: number, next: number): string {
  const view = new DataView(line.buffer, line.byteOffset, line.byteLength);
  const code = view.getUint8(0);
  const { name, a, b } = operationOf(code);
  const first = view.getInt32(8, true);
  const second = view.getInt32(12, true);
  const operands = [firstText(a, first, next), secondText(b, second, next)].filter((text) => text !== "");
  const source = sourceText(code, view.getUint8(1), view.getUint32(4, true));
  const columns = [`${String(at).padStart(5)}  ${name.padEnd(14)}`, source.padEnd(12), operands.join(", ").padEnd(28)];
  return `${columns.join(" ")} ${literalText(line.subarray(HEAD))}`.trimEnd();
}

function sourceText(code: number, base: number, offset: number): string {
  switch (code) {
    case Op.NEXT:
    case Op.NEXT_LINE:
    case Op.NEXT_CPU:
      return `+ ${offset}`;
    case Op.END:
    case Op.TEXT:
    case Op.JUMP:
    case Op.RETURN:
    case Op.STOP:
    case Op.IF_STOPPED:
    case Op.ENUM_BITS:
    case Op.ROW_CPU:
    case Op.ROW_INDEX:
      return "";
    default:
      return `slot ${base} + ${offset}`;
  }
}

function firstText(kind: FirstOperand, operand: number, next: number): string {
  switch (kind) {
    case "none":
      return "";
    case "way":
    case "routine":
      return `to ${next + operand}`;
    case "slot":
      return `slot ${operand}`;
    case "bits": {
      const { first, width, signed } = bitsOf(operand);
      return `${signed ? "signed " : ""}bits ${first} to ${first + width - 1}`;
    }
    case "length":
      return `${operand} bytes`;
    case "table":
    case "note":
      return `${kind} at ${operand}`;
    case "turns":
      return `of ${operand}`;
    case "first bit":
    case "renderer":
      return `${kind} ${operand}`;
  }
  return kind satisfies never;
}

function secondText(kind: SecondOperand, operand: number, next: number): string {
  switch (kind) {
    case "none":
      return "";
    case "way":
      return operand === 0 ? "" : `to ${next + operand}`;
    case "way back":
      return `back to ${next - operand}`;
    case "turns":
      return `${operand} times`;
    case "slots":
      return `${operand} slots`;
  }
  return kind satisfies never;
}

function literalText(literal: Uint8Array): string {
  if (literal.length === 0) return "";
  const text = Buffer.from(literal).toString("latin1");
  return JSON.stringify(text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text);
}
