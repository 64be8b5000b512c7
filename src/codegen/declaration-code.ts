import type { EnumLayout, Layout } from "../schema/layout.ts";
import { type NamedField, namedFields } from "../schema/named-fields.ts";
import { unitOf } from "../schema/unit.ts";
import { arrayBody, decodeExpression, recordBody } from "./decoder-code.ts";
import { arrayWriterCode, recordWriterCode } from "./encoder-code.ts";
import { commentText, propertyName } from "./identifiers.ts";
import type { Declared, Names } from "./names.ts";

/** The declaration of a type: an interface, or the constant and the type of an enum; "" for an array. */
export function declaration(layout: Declared, names: Names): string {
  if (layout.kind === "enum") return enumDeclaration(layout, names);
  if (layout.kind === "array") return "";
  const fields = namedFields(layout).map((field) => {
    return `  /** ${fieldComment(field)} */\n  readonly ${propertyName(field.name)}: ${names.fieldType(field)};\n`;
  });
  const comment = `/** \`${commentText(layout.typeName || layout.kind)}\`, ${layout.size} bytes. */`;
  return `${comment}\nexport interface ${names.of(layout)} {\n${fields.join("")}}\n`;
}

/** The interface of an aggregate. Only the runtime decodes it, so its offsets say nothing. */
export function aggregateDeclaration(layout: Declared, names: Names): string {
  if (layout.kind === "enum" || layout.kind === "array") return declaration(layout, names);
  const fields = namedFields(layout).map((field) => {
    return `  readonly ${propertyName(field.name)}: ${names.type(field.layout)};\n`;
  });
  const comment = `/** \`${commentText(layout.typeName || layout.kind)}\`, aggregated over all CPUs. */`;
  return `${comment}\nexport interface ${names.of(layout)} {\n${fields.join("")}}\n`;
}

function fieldComment({ bitOffset, bitfieldBits, layout, tags }: NamedField): string {
  const type = commentText(layout.typeName || layout.kind);
  const unit = unitOf(tags, layout.tags);
  const inUnit = unit === undefined ? "" : `, in ${commentText(unit)}`;
  if (bitfieldBits > 0) return `\`${type} : ${bitfieldBits}\` at bit ${bitOffset}${inUnit}.`;
  return `\`${type}\` at ${bitOffset % 8 === 0 ? bitOffset / 8 : `bit ${bitOffset}`}${inUnit}.`;
}

function enumDeclaration(layout: EnumLayout, names: Names): string {
  const name = names.of(layout);
  const values = new Map(layout.values.map((one) => [one.name, one.value]));
  const lines = [...values].map(([label, value]) => `  ${propertyName(label)}: ${numberCode(value)},\n`);
  const comment = `/** \`${commentText(layout.typeName || "enum")}\`: a value without a name is a number. */`;
  return `${comment}\nexport const ${name} = {\n${lines.join("")}} as const;\nexport type ${name} = keyof typeof ${name};\n`;
}

function numberCode(value: bigint): string {
  return Number.isSafeInteger(Number(value)) ? String(value) : `${value}n`;
}

/** Returns the function that decodes values of a type; "" for an enum, which is decoded by the table of its names. */
export function decoderCode(layout: Declared, names: Names): string {
  if (layout.kind === "enum") return "";
  const body = layout.kind === "array" ? arrayBody(layout, names) : recordBody(namedFields(layout), names);
  return `function decode${names.of(layout)}(${parameters(body)}): ${names.type(layout)} {\n${body}}\n`;
}

/** The table by which the numbers of an enum become names. */
export function enumTable(layout: Declared, names: Names): string {
  const name = names.of(layout);
  return layout.kind === "enum" ? `const names${name} = enumNames(${name});\n` : "";
}

/** The writers of a type that keys have; none for an enum. */
export function writerCode(layout: Declared, names: Names): string {
  if (layout.kind === "enum") return "";
  if (layout.kind === "array") return arrayWriterCode(layout, names);
  return recordWriterCode(names.of(layout), layout.typeName || layout.kind, namedFields(layout), names);
}

/** The names of a layout and all its parts. */
export function namesWithin(layout: Layout, names: Names, found: Set<string> = new Set()): ReadonlySet<string> {
  const name = names.of(layout);
  if (name === "" || found.has(name)) return found;
  found.add(name);
  if (layout.kind === "array") namesWithin(layout.element, names, found);
  if (layout.kind === "struct" || layout.kind === "union" || layout.kind === "section") {
    for (const field of namedFields(layout)) namesWithin(field.layout, names, found);
  }
  return found;
}

/** A function that decodes a key or value. */
export function decodeFunction(layout: Layout, names: Names): string {
  const body = decodeExpression(layout, 0, names);
  return `(${parameters(body)}): ${names.type(layout)} => ${body}`;
}

/** An expression that makes the function for the bytes of keys; `type` is that of keys. */
export function encodeFunction(key: Layout, type: string, names: Names): string {
  const code = recordWriterCode("", "", [{ name: "key", bitOffset: 0, bitfieldBits: 0, layout: key }], names);
  const writer = /^const write_0: Writer = (.*);$/m.exec(code)?.[1] ?? "";
  return `keyEncoder<${type}>(${key.size}, ${writer})`;
}

/** The parameters of a decoder; one that its body doesn't use begins with a low line. */
function parameters(body: string): string {
  const used = (word: string): string => (isUsed(word, body) ? word : `_${word}`);
  return `${used("bytes")}: Uint8Array, ${used("view")}: DataView, ${used("at")}: number`;
}

/** Tells whether code uses a parameter; a property may have the same name. */
function isUsed(word: string, code: string): boolean {
  return new RegExp(`\\b${word}\\b(?![":])`).test(code);
}
