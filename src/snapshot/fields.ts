import { Malformed } from "./malformed.ts";

/** An object out of JSON.parse, of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

export const U8_MAX = 0xff;
export const U32_MAX = 0xffff_ffff;
export const U64_MAX = 0xffff_ffff_ffff_ffffn;

/** The object that a line is. */
export function parseObject(line: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Malformed("it isn't JSON", { cause: error });
  }
  return asObject(value, "it");
}

export function asObject(value: unknown, what: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Malformed(`${what} isn't an object`);
}

/** A field of the object itself, whatever Object.prototype has. */
export function field(fields: Fields, name: string): unknown {
  if (Object.hasOwn(fields, name)) return fields[name];
  throw new Malformed(`"${name}" is missing`);
}

export function objectField(fields: Fields, name: string): Fields {
  return asObject(field(fields, name), `"${name}"`);
}

/** An integer from `min` to `max`, both included. */
export function integerField(fields: Fields, name: string, max: number, min: number = 0): number {
  const value = field(fields, name);
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Malformed(`"${name}" isn't an integer from ${min} to ${max}`);
}

/** A 64-bit integer, written as a string of digits. */
export function bigintField(fields: Fields, name: string, max: bigint = U64_MAX, min: bigint = 0n): bigint {
  const text = field(fields, name);
  const value = typeof text === "string" && /^-?[0-9]{1,20}$/.test(text) ? BigInt(text) : undefined;
  if (value !== undefined && value >= min && value <= max) return value;
  throw new Malformed(`"${name}" isn't a string of digits from ${min} to ${max}`);
}

export function textField(fields: Fields, name: string): string {
  const value = field(fields, name);
  if (typeof value === "string") return value;
  throw new Malformed(`"${name}" isn't a string`);
}

/** A string, or undefined where the field is missing. */
export function optionalText(fields: Fields, name: string): string | undefined {
  return Object.hasOwn(fields, name) ? textField(fields, name) : undefined;
}

export function booleanField(fields: Fields, name: string): boolean {
  const value = field(fields, name);
  if (typeof value === "boolean") return value;
  throw new Malformed(`"${name}" isn't true or false`);
}

/** An array, each element made by `element`. */
export function listField<T>(fields: Fields, name: string, element: (value: unknown) => T): readonly T[] {
  const value = field(fields, name);
  if (Array.isArray(value)) return value.map(element);
  throw new Malformed(`"${name}" isn't an array`);
}
