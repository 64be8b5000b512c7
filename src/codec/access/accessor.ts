import { textFromBytes } from "../../bytes.ts";
import type { Layout } from "../../schema/layout.ts";
import { bits } from "./bits.ts";
import { type Field, type IntegerBits, integerBits, isText } from "./field.ts";
import { address, bitsAt, intAt, type Operand, wordAt } from "./operand.ts";

/** Reads one field of the key or value at `at`. `view` must be a DataView of the same bytes. */
export type Accessor<Value> = (bytes: Uint8Array, view: DataView, at: number) => Value;

/** What a field is to an expression, an order or a sum. */
export type ScalarKind = "integer" | "bool" | "float" | "text" | "none";

/** "none": a record, a list, or something that says nothing about its bytes. */
export function scalarKind({ layout, bitfieldBits }: Field): ScalarKind {
  switch (layout.kind) {
    case "int":
      return layout.encoding === "bool" ? "bool" : "integer";
    case "enum":
    case "pointer":
      return "integer";
    case "float":
      return bitfieldBits === 0 && (layout.size === 4 || layout.size === 8) ? "float" : "none";
    case "array":
      return isText(layout) ? "text" : "none";
    case "struct":
    case "union":
    case "section":
    case "opaque":
      return "none";
  }
  return layout satisfies never;
}

/**
 * Source of an expression that reads an integer: a number up to 53 bits, else a bigint. It may call `bits`, the helper
 * of `bits.ts`. Nothing but numbers and fixed words gets into the source.
 */
export function integerCode(operand: Operand, { start, width, signed }: IntegerBits): string {
  const at = inByte(operand, start);
  const shift = start % 8;
  if (shift === 0 && (width === 8 || width === 16 || width === 32)) return `(${intAt(at, width, signed)})`;
  if (shift === 0 && width === 64) return `${operand.view}.getBig${signed ? "Int" : "Uint"}64(${address(at, 0)}, true)`;
  if (shift + width > 32) return `bits(${operand.bytes}, ${address(at, 0)}, ${shift}, ${width}, ${signed})`;
  const raw = bitsAt(at, shift, width);
  return signed ? `((${raw}) << ${32 - width} >> ${32 - width})` : `(${raw})`;
}

/**
 * Source of an expression for a 64-bit integer as the nearest double: exact up to 2^53, and beyond it in the right order
 * with everything below. Undefined where the integer is no plain one of 64 bits.
 */
export function nearestDoubleCode(operand: Operand, { start, width, signed }: IntegerBits): string | undefined {
  if (width !== 64 || start % 8 !== 0) return undefined;
  const at = inByte(operand, start);
  const high = signed ? `${operand.view}.getInt32(${address(at, 4)}, true)` : wordAt(at, 4);
  return `(${high} * 4294967296 + ${wordAt(at, 0)})`;
}

/** Source of an expression that is true for a bool that isn't zero. As in the SDK, one that isn't a bit-field is a byte. */
export function boolCode(operand: Operand, field: Field): string {
  const byte: IntegerBits = { start: field.bitOffset, width: 8, signed: false };
  const isByte = field.bitfieldBits === 0 && field.bitOffset % 8 === 0;
  const bits = isByte ? byte : { ...(integerBits(field) ?? byte), signed: false };
  return `(${integerCode(operand, bits)} != 0)`;
}

/** Source of an expression that reads a float of 4 or 8 bytes. */
export function floatCode(operand: Operand, { layout, bitOffset }: Field): string {
  return `${operand.view}.getFloat${layout.size * 8}(${address(inByte(operand, bitOffset), 0)}, true)`;
}

/** Reads an integer exactly: a number up to 53 bits, else a bigint. Undefined for what is none. */
export function compileInteger(field: Field): Accessor<number | bigint> | undefined {
  const operand = integerBits(field);
  return operand && compile(integerCode(ENTRY, operand));
}

/** Reads a float, or undefined for what is none of 4 or 8 bytes. */
export function compileFloat(field: Field): Accessor<number> | undefined {
  return scalarKind(field) === "float" ? compile(floatCode(ENTRY, field)) : undefined;
}

export function compileBool(field: Field): Accessor<boolean> {
  return compile(boolCode(ENTRY, field));
}

/** Reads a char array as text, up to the first NUL or its end; bytes that aren't UTF-8 as `textFromBytes` has them. */
export function compileText({ layout, bitOffset }: Field): Accessor<string> {
  const offset = bitOffset / 8;
  const { size } = layout;
  return (bytes, _view, at) => textFromBytes(bytes.subarray(at + offset, textEnd(bytes, at + offset, size)));
}

/** The position behind the last byte of a text: that of its first NUL, or the end of its room. */
export function textEnd(bytes: Uint8Array, at: number, size: number): number {
  for (let end = at; end < at + size; end++) if (bytes[end] === 0) return end;
  return at + size;
}

/** Any scalar as a JavaScript value. Undefined for a record, a list and what says nothing about its bytes. */
export function compileAccessor(field: Field): Accessor<number | bigint | boolean | string> | undefined {
  switch (scalarKind(field)) {
    case "integer":
      return compileInteger(field);
    case "bool":
      return compileBool(field);
    case "float":
      return compileFloat(field);
    case "text":
      return compileText(field);
    case "none":
      return undefined;
  }
}

/** How a type is called in messages. */
export function typeText(layout: Layout): string {
  if (layout.typeName !== "") return layout.typeName;
  return layout.kind === "array" ? `array of ${typeText(layout.element)}` : `anonymous ${layout.kind}`;
}

const ENTRY: Operand = { bytes: "x", view: "d", base: "a", offset: 0 };

function compile<Value>(expression: string): Accessor<Value> {
  return new Function("bits", `"use strict"; return (x, d, a) => ${expression};`)(bits);
}

function inByte(operand: Operand, bit: number): Operand {
  return { ...operand, offset: operand.offset + Math.floor(bit / 8) };
}
