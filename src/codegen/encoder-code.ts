import type { ArrayLayout, EnumLayout, Layout } from "../schema/layout.ts";
import type { NamedField } from "../schema/named-fields.ts";
import { literal } from "./identifiers.ts";
import type { Names } from "./names.ts";

/** An expression that makes the writer of a value at `offset` from where it is called. */
function writerExpression(layout: Layout, names: Names): string {
  const name = literal(layout.typeName || layout.kind);
  switch (layout.kind) {
    case "int":
      if (layout.encoding === "bool") return `boolWriter(${name}, ${place(0, 8)})`;
      return `integerWriter(${name}, ${place(layout.bitOffset, layout.bits)}, ${layout.encoding === "signed"})`;
    case "pointer":
      return `integerWriter(${name}, ${place(0, 64)}, false)`;
    case "float":
      return `floatWriter({ typeName: ${name}, size: ${layout.size} }, 0)`;
    case "enum":
      return enumExpression(layout, place(0, layout.size * 8), names);
    case "opaque":
      return "() => undefined";
    case "array":
    case "struct":
    case "union":
    case "section":
      return `put${names.of(layout)}`;
  }
  return layout satisfies never;
}

/** The declaration of an array's writer. */
export function arrayWriterCode(layout: ArrayLayout, names: Names): string {
  const { element, length, size, typeName, charsDirect } = layout;
  const isBytes = element.kind === "int" && element.size === 1 && element.bits === 8;
  const isText = charsDirect || (element.kind === "int" && element.isChar);
  const form = `{ typeName: ${literal(typeName || "array")}, length: ${length}, size: ${size}, isText: ${isText}, isBytes: ${isBytes} }`;
  return `const put${names.of(layout)}: Writer = listWriter(${form}, ${writerExpression(element, names)});\n`;
}

/** The declaration of a record's writer. Members of a union may be left out. */
export function recordWriterCode(name: string, cName: string, fields: readonly NamedField[], names: Names): string {
  const writers = fields.map((field, i) => `const write${name}_${i}: Writer = ${fieldWriter(field, names)};\n`);
  const isShared = overlapping(fields);
  const lines = fields.map((field, i) => {
    const value = `fields[${literal(field.name)}]`;
    const offset = placedByWriter(field) ? 0 : field.bitOffset / 8;
    const at = offset === 0 ? "at" : `at + ${offset}`;
    const call = `putField(${literal(`.${field.name}`)}, write${name}_${i}, to, ${at}, ${value});`;
    return isShared.has(field) ? `  if (${value} !== undefined) ${call}\n` : `  ${call}\n`;
  });
  const head = `  const fields = objectOf(value, ${literal(cName)}) as Readonly<Record<string, unknown>>;\n`;
  return `${writers.join("")}const put${name}: Writer = (to, at, value) => {\n${head}${lines.join("")}};\n`;
}

/** Bit-fields have writers that know their place; all others stand at a byte. */
function placedByWriter({ bitOffset, bitfieldBits }: NamedField): boolean {
  return bitfieldBits > 0 || bitOffset % 8 !== 0;
}

function fieldWriter(field: NamedField, names: Names): string {
  if (!placedByWriter(field)) return writerExpression(field.layout, names);
  const { bitOffset, bitfieldBits, layout } = field;
  const name = literal(layout.typeName || layout.kind);
  const from = bitfieldBits === 0 && layout.kind === "int" ? bitOffset + layout.bitOffset : bitOffset;
  const width = bitfieldBits === 0 && layout.kind === "int" ? layout.bits : bitfieldBits;
  if (layout.kind === "enum") return enumExpression(layout, place(from, width), names);
  if (layout.kind === "int" && layout.encoding === "bool") return `boolWriter(${name}, ${place(from, width)})`;
  return `integerWriter(${name}, ${place(from, width)}, ${layout.kind === "int" && layout.encoding === "signed"})`;
}

function enumExpression(layout: EnumLayout, where: string, names: Names): string {
  return `enumeratorWriter(${literal(layout.typeName || "enum")}, ${names.of(layout)}, ${where}, ${layout.signed})`;
}

function place(bit: number, width: number): string {
  return `{ offset: ${Math.floor(bit / 8)}, shift: ${bit % 8}, width: ${width} }`;
}

/** Fields that share bytes with another one: those of unions. */
function overlapping(fields: readonly NamedField[]): ReadonlySet<NamedField> {
  const found = new Set<NamedField>();
  let last: { field: NamedField; end: number } | undefined;
  for (const field of fields.toSorted((a, b) => a.bitOffset - b.bitOffset)) {
    const end = field.bitOffset + (field.bitfieldBits || field.layout.size * 8);
    if (last !== undefined && field.bitOffset < last.end) found.add(field).add(last.field);
    if (last === undefined || end > last.end) last = { field, end };
  }
  return found;
}
