import { textFromBytes } from "../../bytes.ts";
import { EbpfMapError } from "../../errors.ts";
import type { EnumLayout, Layout } from "../../schema/layout.ts";
import { bits } from "./bits.ts";
import { compileFunction } from "./compile-function.ts";
import { elementCount } from "./element-count.ts";
import type { ScalarField } from "./field.ts";
import { ValueCompiler } from "./value-compiler.ts";

/** The JavaScript types of values that have no obvious one. */
export interface DecodeOptions {
  /** 64-bit integers: exact as a bigint (the default) or a string of digits; "number" throws VALUE_RANGE past 2^53. */
  readonly int64: "bigint" | "number" | "string";
  /** Enums: the enumerator's name (the default; the number where there is none), the number, or `{ name, value }`. */
  readonly enums: "name" | "number" | "both";
  /**
   * Arrays of char. "bpftool", the default: a string if a NUL follows printable ASCII, else an array of numbers.
   * "text": always a string, up to the first NUL or the end; a byte that is not UTF-8 becomes the lone surrogate U+DC00
   * + byte. "bytes": a Uint8Array.
   */
  readonly chars: "bpftool" | "text" | "bytes";
}

/** The options by which values are decoded unless others are given: exactly, enums by their names. */
export const DEFAULT_DECODE_OPTIONS: DecodeOptions = { int64: "bigint", enums: "name", chars: "bpftool" };

/**
 * A decoded value. Integers up to 32 bits and bit-fields up to 53 bits are numbers, 64-bit integers as `int64` says,
 * larger ones and pointers bigints. Floats are numbers, or a Uint8Array if they have neither 4 nor 8 bytes. Structs and
 * unions are plain objects that include the members of anonymous ones. Void, forward declarations and unknown kinds are
 * null.
 */
export type DecodedValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | Uint8Array
  | readonly DecodedValue[]
  | { readonly [name: string]: DecodedValue };

/** Decodes the value at offset `at`. `view` must be a DataView of the same bytes. */
export type ValueDecoder = (bytes: Uint8Array, view: DataView, at: number) => DecodedValue;

/**
 * Compiles a Layout into a decoder: one generated function for each record, with constant offsets. The source holds
 * only numbers and fixed words; names are passed in as values. All objects of a record share one hidden class.
 *
 * @throws {EbpfMapError} LAYOUT_INVALID for a type whose values would have endlessly many parts.
 */
export function compileValueDecoder(layout: Layout, options: DecodeOptions = DEFAULT_DECODE_OPTIONS): ValueDecoder {
  return compileFieldDecoder({ layout, bitOffset: 0, bitfieldBits: 0 }, options);
}

/** Compiles the decoder of one field: the offset that it takes is that of the key or value which has the field. */
export function compileFieldDecoder(field: ScalarField, options: DecodeOptions): ValueDecoder {
  checkEnds(field.layout);
  const compiler = new ValueCompiler();
  const root = compiler.field(field);
  const source = [
    '"use strict";',
    ...compiler.names.map((_, i) => `const n${i} = names[${i}];`),
    ...Array.from({ length: compiler.records }, (_, i) => `const R${i} = recordConstructor();`),
    ...compiler.functions,
    `return (x, d, a) => ${root};`,
  ].join("\n");
  const helpers = {
    names: compiler.names.map(propertyName),
    enums: compiler.enums.map((one) => enumNames(one)),
    recordConstructor,
    setProto,
    bits,
    int64: int64Converter(options.int64),
    enumValue: enumConverter(options.enums),
    chars: charsConverter(options.chars),
  };
  return compileFunction(...Object.keys(helpers), source)(...Object.values(helpers));
}

/** Fewer than may be printed, since all objects exist at once. */
const MAX_ELEMENTS = 1 << 20;
const MAX_ELEMENTS_PER_BYTE = 1 << 8;

function checkEnds(layout: Layout): void {
  const elements = elementCount(layout);
  if (elements <= MAX_ELEMENTS || elements / layout.size <= MAX_ELEMENTS_PER_BYTE) return;
  const what = `${layout.typeName === "" ? "a value" : `a ${layout.typeName}`}: ${elements} elements in ${layout.size} bytes`;
  throw new EbpfMapError("LAYOUT_INVALID", `decode ${what} are endless output`, { elements, size: layout.size });
}

/**
 * The same name as a property has it: V8 looks up any other string at each store, which takes as long as all the rest.
 */
function propertyName(name: string): string {
  return Object.keys({ [name]: true })[0] as string;
}

/** Returns a constructor of plain objects: V8 learns from its instances how much room they need. */
function recordConstructor(): new () => object {
  function Row(): void {}
  Row.prototype = Object.prototype;
  return Row as unknown as new () => object;
}

/** Sets a field called `__proto__` as an ordinary property in place of the object's prototype. */
function setProto(target: object, value: DecodedValue): void {
  Object.defineProperty(target, "__proto__", { value, enumerable: true, configurable: true, writable: true });
}

function int64Converter(mode: DecodeOptions["int64"]): (value: bigint) => DecodedValue {
  if (mode === "bigint") return (value) => value;
  if (mode === "string") return (value) => value.toString();
  return (value) => {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw new EbpfMapError(
      "VALUE_RANGE",
      `decode ${value} as a number: it is past 2^53 (bigint or string keep it exact)`,
    );
  };
}

/** Returns the first name of each value. Keys are as values are read: numbers where these are safe, else bigints. */
function enumNames(layout: EnumLayout): ReadonlyMap<number | bigint, string> {
  const names = new Map<number | bigint, string>();
  for (const { name, value } of layout.values) {
    const key = smallest(value);
    if (!names.has(key)) names.set(key, name);
  }
  return names;
}

/** Returns a number where it is exact, else the bigint. */
function smallest(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function enumConverter(
  mode: DecodeOptions["enums"],
): (names: ReadonlyMap<number | bigint, string>, value: number | bigint) => DecodedValue {
  return (names, raw) => {
    const value = typeof raw === "number" ? raw : smallest(raw);
    if (mode === "number") return value;
    const name = names.get(value);
    if (mode === "both") return { name: name ?? null, value };
    return name ?? value;
  };
}

/** Returns the decoder of char arrays for a mode; it gives undefined for an array that is decoded as numbers. */
export function charsConverter(
  mode: DecodeOptions["chars"],
): (bytes: Uint8Array, at: number, length: number) => string | Uint8Array | undefined {
  if (mode === "bytes") return (bytes, at, length) => bytes.slice(at, at + length);
  if (mode === "text") {
    return (bytes, at, length) => {
      const array = bytes.subarray(at, at + length);
      const nul = array.indexOf(0);
      return textFromBytes(nul < 0 ? array : array.subarray(0, nul));
    };
  }
  return (bytes, at, length) => {
    for (let i = 0; i < length; i++) {
      const byte = bytes[at + i] as number;
      if (byte === 0) return asciiText(bytes, at, i);
      if (byte < 0x20 || byte > 0x7e) return undefined;
    }
    return undefined;
  };
}

/** The text of ASCII bytes. Several characters a call take half the time of one by one. */
function asciiText(bytes: Uint8Array, at: number, length: number): string {
  const code = (i: number): number => bytes[i] as number;
  const four = (i: number): string => String.fromCharCode(code(i), code(i + 1), code(i + 2), code(i + 3));
  let text = "";
  let i = at;
  for (; i + 4 <= at + length; i += 4) text += four(i);
  if (length & 2) text += String.fromCharCode(code(i), code(i + 1));
  if (length & 1) text += String.fromCharCode(code(at + length - 1));
  return text;
}
