import { textFromBytes } from "../../bytes.ts";
import type { Layout } from "../../schema/layout.ts";
import { bits } from "./bits.ts";
import { LITTLE_ENDIAN } from "./byte-order.ts";
import { type Field, type IntegerBits, integerBits, isText } from "./field.ts";

/** Reads one field of the key or value at offset `at`. `view` must be a DataView of the same bytes. */
export type Accessor<Value> = (bytes: Uint8Array, view: DataView, at: number) => Value;

/** The kind of scalar that an expression, an order or a sum takes a field for. */
export type ScalarKind = "integer" | "bool" | "float" | "text" | "none";

/** Returns a field's kind; "none" for a record, an array, or a type that says nothing about its bytes. */
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

/** Compiles the exact read of an integer: a number up to 53 bits, else a bigint. Undefined for anything else. */
export function compileInteger(field: Field): Accessor<number | bigint> | undefined {
  const place = integerBits(field);
  return place && integerReader(place);
}

/** Compiles the read of a float of 4 or 8 bytes. Undefined for anything else. */
export function compileFloat(field: Field): Accessor<number> | undefined {
  if (scalarKind(field) !== "float") return undefined;
  const offset = Math.floor(field.bitOffset / 8);
  if (field.layout.size === 4) return (_bytes, view, at) => view.getFloat32(at + offset, LITTLE_ENDIAN);
  return (_bytes, view, at) => view.getFloat64(at + offset, LITTLE_ENDIAN);
}

/** Compiles a bool. Except in a bit-field, only its first byte counts. */
export function compileBool(field: Field): Accessor<boolean> {
  const isByte = field.bitfieldBits === 0 && field.bitOffset % 8 === 0;
  const place = isByte ? undefined : integerBits(field);
  const read = integerReader({ start: field.bitOffset, width: 8, ...place, signed: false });
  return (bytes, view, at) => Number(read(bytes, view, at)) !== 0;
}

/** Compiles the read of a byte array as text, up to the first NUL or its end, decoded by `textFromBytes`. */
export function compileText({ layout, bitOffset }: Field): Accessor<string> {
  const offset = bitOffset / 8;
  const { size } = layout;
  return (bytes, _view, at) => textFromBytes(bytes.subarray(at + offset, textEnd(bytes, at + offset, size)));
}

/** Returns the offset behind the last byte of a text: that of its first NUL, or the end of the array. */
export function textEnd(bytes: Uint8Array, at: number, size: number): number {
  for (let end = at; end < at + size; end++) if (bytes[end] === 0) return end;
  return at + size;
}

/** Compiles the read of any scalar. Undefined for a record, an array, or a type that says nothing about its bytes. */
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

/** Returns the name of a type for messages. */
export function typeText(layout: Layout): string {
  if (layout.typeName !== "") return layout.typeName;
  return layout.kind === "array" ? `array of ${typeText(layout.element)}` : `anonymous ${layout.kind}`;
}

/** Returns the reader of an integer: a number up to 53 bits, else a bigint. */
function integerReader({ start, width, signed }: IntegerBits): Accessor<number | bigint> {
  const offset = Math.floor(start / 8);
  const shift = start % 8;
  switch (shift === 0 ? width : 0) {
    case 8:
      return signed ? (_x, view, at) => view.getInt8(at + offset) : (_x, view, at) => view.getUint8(at + offset);
    case 16:
      return signed
        ? (_x, view, at) => view.getInt16(at + offset, LITTLE_ENDIAN)
        : (_x, view, at) => view.getUint16(at + offset, LITTLE_ENDIAN);
    case 32:
      return signed
        ? (_x, view, at) => view.getInt32(at + offset, LITTLE_ENDIAN)
        : (_x, view, at) => view.getUint32(at + offset, LITTLE_ENDIAN);
    case 64:
      return signed
        ? (_x, view, at) => view.getBigInt64(at + offset, LITTLE_ENDIAN)
        : (_x, view, at) => view.getBigUint64(at + offset, LITTLE_ENDIAN);
    default:
      return (bytes, _view, at) => bits(bytes, at + offset, shift, width, signed);
  }
}
