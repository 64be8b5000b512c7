import { integerBits, type ScalarField } from "../codec/access/field.ts";
import { address, type Operand, shifted } from "../codec/access/operand.ts";
import { boolTest, floatCode, integerCode, type ScalarStyle } from "../codec/access/scalar-code.ts";
import type { ArrayLayout, EnumLayout, Layout } from "../schema/layout.ts";
import type { NamedField } from "../schema/named-fields.ts";
import { propertyName } from "./identifiers.ts";
import { bracketed, type Names } from "./names.ts";

/** The parameters of all decoders. */
const VALUE: Operand = { bytes: "bytes", view: "view", base: "at", offset: 0 };

/** TypeScript for strict compilers, to which an element of an array may be undefined. */
const TYPESCRIPT_STYLE: ScalarStyle = {
  byte: (operand, signed) => `view.get${signed ? "Int" : "Uint"}8(${address(operand)})`,
  bits({ offset }, shift, width, signed) {
    return `${width > 53 ? "bigBits" : "smallBits"}(bytes, at + ${offset}, ${shift}, ${width}, ${signed})`;
  },
};

/** An expression for the value at `at + offset`. */
export function decodeExpression(layout: Layout, offset: number, names: Names): string {
  return fieldExpression({ layout, bitOffset: offset * 8, bitfieldBits: 0 }, names);
}

function fieldExpression(field: ScalarField, names: Names): string {
  const { layout, bitOffset } = field;
  const at = address(shifted(VALUE, bitOffset));
  switch (layout.kind) {
    case "int":
      return layout.encoding === "bool" ? boolTest(VALUE, field, TYPESCRIPT_STYLE) : integerExpression(field);
    case "enum":
      return enumExpression(layout, integerExpression(field), names);
    case "pointer":
      return integerExpression(field);
    case "float":
      return layout.size === 4 || layout.size === 8 ? floatCode(VALUE, field) : sliced(at, layout.size);
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

function integerExpression(field: ScalarField): string {
  const bits = integerBits(field);
  return bits === undefined ? "null" : integerCode(VALUE, bits, TYPESCRIPT_STYLE);
}

/** The body of the function that decodes a record. */
export function recordBody(fields: readonly NamedField[], names: Names): string {
  const lines = fields.map((field) => `    ${propertyName(field.name)}: ${fieldExpression(field, names)},\n`);
  return `  return {\n${lines.join("")}  };\n`;
}

/** The body of the function that decodes an array. */
export function arrayBody({ element, length, charsDirect }: ArrayLayout, names: Names): string {
  const isText = charsDirect && length > 0 && element.kind === "int" && element.isChar;
  const text = isText
    ? `  const found = charText(bytes, at, ${length});\n  if (found !== undefined) return found;\n`
    : "";
  const step = `  for (let i = 0; i < ${length}; i++) all.push(${decodeExpression(element, 0, names).replace(/\bat\b/g, `at + i * ${element.size}`)});\n`;
  return `${text}  const all: ${bracketed(names.type(element))}[] = [];\n${step}  return all;\n`;
}

function enumExpression(layout: EnumLayout, number: string, names: Names): string {
  return `enumValue(names${names.of(layout)}, ${number})`;
}

function sliced(at: string, size: number): string {
  return `bytes.slice(${at}, ${at} + ${size})`;
}
