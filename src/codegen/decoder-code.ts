import type { ArrayLayout, EnumLayout, IntLayout, Layout } from "../schema/layout.ts";
import type { NamedField } from "../schema/named-fields.ts";
import { propertyName } from "./identifiers.ts";
import { bracketed, type Names } from "./names.ts";

/** An expression for the value at `at + offset`. */
export function decodeExpression(layout: Layout, offset: number, names: Names): string {
  const at = offset === 0 ? "at" : `at + ${offset}`;
  switch (layout.kind) {
    case "int":
      return intExpression(layout, offset);
    case "float":
      return layout.size === 4 || layout.size === 8
        ? `view.getFloat${layout.size * 8}(${at}, true)`
        : sliced(at, layout.size);
    case "pointer":
      return `view.getBigUint64(${at}, true)`;
    case "enum":
      return enumExpression(layout, wholeNumber(offset, layout.size * 8, layout.signed), names);
    case "opaque":
      return "null";
    case "array":
    case "struct":
    case "union":
    case "section":
      return `decode${names.of(layout)}(bytes, view, ${at})`;
  }
  return layout satisfies never;
}

/** The body of the function that decodes a record. */
export function recordBody(fields: readonly NamedField[], names: Names): string {
  const lines = fields.map((field) => `    ${propertyName(field.name)}: ${fieldExpression(field, names)},\n`);
  return `  return {\n${lines.join("")}  };\n`;
}

/** The body of the function that decodes an array. */
export function arrayBody({ element, length, charsDirect }: ArrayLayout, names: Names): string {
  const isText = charsDirect && length > 0 && element.kind === "int" && element.isChar;
  const text = isText ? `  const found = text(bytes, at, ${length});\n  if (found !== undefined) return found;\n` : "";
  const step = `  for (let i = 0; i < ${length}; i++) all.push(${decodeExpression(element, 0, names).replace(/\bat\b/g, `at + i * ${element.size}`)});\n`;
  return `${text}  const all: ${bracketed(names.type(element))}[] = [];\n${step}  return all;\n`;
}

function fieldExpression({ bitOffset, bitfieldBits, layout }: NamedField, names: Names): string {
  if (bitfieldBits === 0 && bitOffset % 8 === 0) return decodeExpression(layout, bitOffset / 8, names);
  if (layout.kind === "int" && bitfieldBits === 0)
    return bitExpression(bitOffset + layout.bitOffset, layout.bits, layout);
  if (layout.kind === "enum") return enumExpression(layout, bitNumber(bitOffset, bitfieldBits, layout.signed), names);
  return bitExpression(bitOffset, bitfieldBits, layout);
}

function intExpression(layout: IntLayout, offset: number): string {
  if (layout.encoding === "bool") return `bytes[at + ${offset}] !== 0`;
  const { bits, bitOffset } = layout;
  if (bitOffset !== 0 || bits !== layout.size * 8) return bitExpression(offset * 8 + bitOffset, bits, layout);
  return wholeNumber(offset, bits, layout.encoding === "signed");
}

function enumExpression(layout: EnumLayout, number: string, names: Names): string {
  return `enumValue(names${names.of(layout)}, ${number})`;
}

function wholeNumber(offset: number, bits: number, signed: boolean): string {
  const at = offset === 0 ? "at" : `at + ${offset}`;
  const kind = signed ? "Int" : "Uint";
  if (bits === 8) return `view.get${kind}8(${at})`;
  if (bits === 16 || bits === 32) return `view.get${kind}${bits}(${at}, true)`;
  return bits === 64 ? `view.getBig${kind}64(${at}, true)` : bitNumber(offset * 8, bits, signed);
}

function bitExpression(bit: number, width: number, layout: Layout): string {
  const number = bitNumber(bit, width, layout.kind === "int" && layout.encoding === "signed");
  return layout.kind === "int" && layout.encoding === "bool" ? `Number(${number}) !== 0` : number;
}

function bitNumber(bit: number, width: number, signed: boolean): string {
  const call = `(bytes, at + ${Math.floor(bit / 8)}, ${bit % 8}, ${width}, ${signed})`;
  return width > 53 ? `bigBits${call}` : `smallBits${call}`;
}

function sliced(at: string, size: number): string {
  return `bytes.slice(${at}, ${at} + ${size})`;
}
