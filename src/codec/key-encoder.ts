import { bytesFromText } from "../bytes.ts";
import { EbpfMapError } from "../errors.ts";
import { suggestion } from "../nearest.ts";
import type { EnumLayout, Layout } from "../schema/layout.ts";
import { typeText } from "./accessor.ts";
import { addressBytes } from "./addresses.ts";
import { elementOf, type Field, integerBits, isText, memberNames, memberOf, wholeField } from "./field.ts";

/** A key as JSON has it, with integers of any size as bigints. */
export type KeyValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | readonly KeyValue[]
  | { readonly [name: string]: KeyValue };

/**
 * Encodes a typed key into `size` bytes, as the layout has it: all fields of a struct, one of a union, all elements of an
 * array. Padding is zero. Enumerators go by name, addresses and hardware addresses by their text, char arrays as strings.
 * Throws KEY_INVALID, naming the field, its type and its range.
 */
export function encodeKey(layout: Layout, size: number, key: KeyValue): Uint8Array {
  const bytes = new Uint8Array(size);
  encode(wholeField("key", layout), key, bytes);
  return bytes;
}

function encode(field: Field, value: KeyValue, bytes: Uint8Array): void {
  const { layout } = field;
  if (typeof value === "string" && encodeText(field, value, bytes)) return;
  switch (layout.kind) {
    case "int":
    case "enum":
    case "pointer":
      writeBits(field, integerOf(field, value), bytes);
      return;
    case "float":
      encodeFloat(field, value, bytes);
      return;
    case "array":
      encodeArray(field, layout.length, value, bytes);
      return;
    case "struct":
    case "union":
    case "section":
      encodeRecord(field, value, bytes);
      return;
    case "opaque":
      throw invalid(field, "can't be written: nothing is known of its bytes");
  }
  layout satisfies never;
}

/** Text for what isn't text in memory: addresses, hexadecimal digits, the port of a rendered field. */
function encodeText(field: Field, text: string, bytes: Uint8Array): boolean {
  const { layout, bitOffset, bitfieldBits } = field;
  const content = bitfieldBits > 0 ? undefined : isText(layout) ? charsOf(field, text) : specialBytes(layout, text);
  if (content === undefined) return false;
  bytes.set(content, bitOffset / 8);
  return true;
}

function charsOf(field: Field, text: string): Uint8Array {
  const content = bytesFromText(text);
  const { size } = field.layout;
  if (content.length > size) throw invalid(field, `takes at most ${size} bytes, got ${content.length}`);
  return content;
}

function specialBytes(layout: Layout, text: string): Uint8Array | undefined {
  if (layout.rendering === "cidr") return cidrBytes(text, layout.size);
  if (layout.rendering === "hex" && new RegExp(`^[0-9a-f]{${2 * layout.size}}$`, "i").test(text)) {
    return Buffer.from(text, "hex");
  }
  if (layout.rendering === "port" && /^\d{1,5}$/.test(text) && Number(text) <= 0xffff) {
    return Uint8Array.of(Number(text) >> 8, Number(text) & 0xff);
  }
  if (layout.size === 6 && /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text))
    return Buffer.from(text.replaceAll(":", ""), "hex");
  const address = layout.kind === "enum" ? undefined : addressBytes(text);
  return address?.length === layout.size ? address : undefined;
}

/** The prefix in the order of the machine, then the address. */
function cidrBytes(text: string, size: number): Uint8Array | undefined {
  const [, network = "", prefix = ""] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = addressBytes(network);
  if (address === undefined || address.length !== size - 4 || Number(prefix) > address.length * 8) return undefined;
  return Uint8Array.of(Number(prefix), 0, 0, 0, ...address);
}

function integerOf(field: Field, value: KeyValue): bigint {
  const { layout } = field;
  if (layout.kind === "int" && layout.encoding === "bool") return boolOf(field, value);
  if (layout.kind === "enum" && typeof value === "string") return enumeratorOf(field, layout, value);
  const integer = wholeNumber(value);
  if (integer === undefined) throw invalid(field, `needs a whole number${rangeText(field)}, got ${shown(value)}`);
  if (layout.rendering === "port") return ((integer & 0xffn) << 8n) | (inRange(field, integer) >> 8n);
  return inRange(field, integer);
}

function boolOf(field: Field, value: KeyValue): bigint {
  if (typeof value === "boolean") return value ? 1n : 0n;
  throw invalid(field, `needs true or false, got ${shown(value)}`);
}

function enumeratorOf(field: Field, layout: EnumLayout, name: string): bigint {
  const found = layout.values.find((one) => one.name === name);
  if (found !== undefined) return found.value;
  const names = layout.values.map((one) => one.name);
  throw invalid(field, `has no \`${name}\`${suggestion(name, names)}`);
}

function inRange(field: Field, integer: bigint): bigint {
  const { min, max } = rangeOf(field);
  if (integer >= min && integer <= max) return integer;
  throw invalid(field, `goes from ${min} to ${max}, got ${integer}`);
}

function rangeText(field: Field): string {
  const { min, max } = rangeOf(field);
  return ` from ${min} to ${max}`;
}

function rangeOf(field: Field): { min: bigint; max: bigint } {
  const { width, signed } = integerBits(field) ?? { width: 0, signed: false };
  const size = 1n << BigInt(signed ? width - 1 : width);
  return { min: signed ? -size : 0n, max: size - 1n };
}

/** Digits in a string count: that is how 64-bit integers come out of readers that would round them. */
function wholeNumber(value: KeyValue): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === "string" && /^(?:-?\d{1,40}|0x[0-9a-f]{1,32})$/i.test(value) ? BigInt(value) : undefined;
}

function writeBits(field: Field, value: bigint, bytes: Uint8Array): void {
  const { start, width } = integerBits(field) ?? { start: 0, width: 0 };
  let rest = BigInt.asUintN(width, value) << BigInt(start % 8);
  for (let at = Math.floor(start / 8); rest > 0n; at++, rest >>= 8n)
    bytes[at] = (bytes[at] ?? 0) | Number(rest & 0xffn);
}

function encodeFloat(field: Field, value: KeyValue, bytes: Uint8Array): void {
  const special = ["NaN", "Infinity", "-Infinity"].find((word) => word === value);
  const number = typeof value === "number" || typeof value === "bigint" || special ? Number(value) : undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { size } = field.layout;
  if (number === undefined) throw invalid(field, `needs a number, got ${shown(value)}`);
  if (size === 4) view.setFloat32(field.bitOffset / 8, number, true);
  else if (size === 8) view.setFloat64(field.bitOffset / 8, number, true);
  else throw invalid(field, `has ${size} bytes: such floating-point numbers can't be written`);
}

function encodeArray(field: Field, length: number, value: KeyValue, bytes: Uint8Array): void {
  if (!Array.isArray(value)) throw invalid(field, `needs a list of ${length}, got ${shown(value)}`);
  if (value.length !== length) throw invalid(field, `needs ${length} elements, got ${value.length}`);
  for (const [i, one] of value.entries()) encode(elementOf(field, i) ?? field, one, bytes);
}

function encodeRecord(field: Field, value: KeyValue, bytes: Uint8Array): void {
  const names = memberNames(field);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(field, `needs {${names.map((name) => JSON.stringify(name)).join(", ")}}, got ${shown(value)}`);
  }
  const given = Object.entries(value);
  checkUnions(field, field.layout, new Set(given.map(([name]) => name)));
  for (const [name, one] of given) {
    const member = memberOf(field, name);
    if (member === undefined) throw invalid(field, `has no field \`${name}\`${suggestion(name, names)}`);
    encode(member, one, bytes);
  }
  const missing = missingMembers(field, new Set(given.map(([name]) => name)));
  if (missing.length > 0) throw invalid(field, `lacks ${missing.map((name) => `\`${name}\``).join(", ")}`);
}

/** Of a union, also an anonymous one, only one member can be written. Returns whether anything of the record is given. */
function checkUnions(field: Field, layout: Layout, given: ReadonlySet<string>): boolean {
  if (layout.kind !== "struct" && layout.kind !== "union") return false;
  const used = layout.fields.filter((member) => {
    return member.name === "" ? checkUnions(field, member.layout, given) : given.has(member.name);
  });
  if (layout.kind === "union" && used.length > 1) {
    const names = used.map(({ name }) => (name === "" ? "an anonymous member" : `\`${name}\``)).join(" and ");
    throw invalid(field, `takes one of ${names}: they share their bytes`);
  }
  return used.length > 0;
}

/** Members that must be there: all of a struct; of a union, also an anonymous one, one. */
function missingMembers({ layout }: Field, given: ReadonlySet<string>): string[] {
  if (layout.kind === "section") return layout.vars.map(({ name }) => name).filter((name) => !given.has(name));
  if (layout.kind !== "struct" && layout.kind !== "union") return [];
  const missing = layout.fields.map((member) => {
    if (member.name !== "") return given.has(member.name) ? [] : [member.name];
    const inner = wholeField("key", member.layout);
    return missingMembers(inner, given);
  });
  if (layout.kind === "struct") return missing.flat();
  return missing.length === 0 || missing.some((one) => one.length === 0) ? [] : [missing.flat().join("` or `")];
}

function shown(value: KeyValue): string {
  if (typeof value === "bigint") return String(value);
  const text = JSON.stringify(value, (_, one) => (typeof one === "bigint" ? String(one) : one));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function invalid({ path, layout }: Field, what: string): EbpfMapError {
  return new EbpfMapError("KEY_INVALID", `\`${path}\` (\`${typeText(layout)}\`) ${what}`, { path });
}
