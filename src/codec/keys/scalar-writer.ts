import type { EnumLayout, FloatLayout, IntLayout } from "../../schema/layout.ts";
import { LITTLE_ENDIAN } from "../access/byte-order.ts";
import { TypeMismatch } from "./type-mismatch.ts";

/** Bytes under construction, and a mask of the bits written so far: members of a union may write some again. */
export interface Target {
  /** The bytes that are written. */
  readonly bytes: Uint8Array;
  /** The bits of `bytes` that have been written. */
  readonly written: Uint8Array;
}

/**
 * Writes a JavaScript value at byte `at`, and touches only the bits that belong to its type. Throws if it doesn't fit.
 */
export type Writer = (to: Target, at: number, value: unknown) => void;

/** The bits of a number: `width` bits from bit `shift` of the byte at `offset`. */
export interface BitRange {
  readonly offset: number;
  readonly shift: number;
  readonly width: number;
}

/** Writes a whole number, or a boolean for `bool`. A number past 2^53 must be a bigint or a string of digits. */
export function intWriter({ encoding, typeName }: IntLayout, place: BitRange): Writer {
  return encoding === "bool" ? boolWriter(typeName, place) : integerWriter(typeName, place, encoding === "signed");
}

/**
 * Returns a writer of true, false, 1 or 0 into the bits of `place`. For all else the writer throws, with `typeName` as
 * what was expected; `keyEncoder` makes KEY_INVALID of it.
 */
export function boolWriter(typeName: string, place: BitRange): Writer {
  const write = integerWriter(typeName, place, false);
  return (to, at, value) => {
    if (value !== true && value !== false && value !== 0 && value !== 1)
      throw new TypeMismatch(typeName || "bool", { kind: "bool" }, value);
    write(to, at, Number(value));
  };
}

/** Writes an enum given as a name, a number, or `{ name, value }`, of which the number counts. */
export function enumWriter({ values, signed, typeName }: EnumLayout, place: BitRange): Writer {
  return namedWriter(typeName || "enum", new Map(values.map(({ name, value }) => [name, value])), place, signed);
}

/** Writes an enum whose enumerators are given as a map from name to number. */
export function namedWriter(
  typeName: string,
  numbers: ReadonlyMap<string, bigint>,
  place: BitRange,
  signed: boolean,
): Writer {
  const write = integerWriter(typeName, place, signed);
  return (to, at, value) => {
    if (typeof value === "string" && !/^[-\d]/.test(value)) {
      const number = numbers.get(value);
      if (number === undefined)
        throw new TypeMismatch(typeName, { kind: "enumerator", names: [...numbers.keys()] }, value);
      write(to, at, number);
    } else {
      write(to, at, value !== null && typeof value === "object" && "value" in value ? value.value : value);
    }
  };
}

/** Numbers that JSON cannot express, by name. */
const SPECIAL_NUMBERS: readonly unknown[] = ["NaN", "Infinity", "-Infinity"];

/**
 * Returns a writer of a float, `offset` bytes behind where it is called for: of 4 or 8 bytes from a number or `"NaN"`,
 * `"Infinity"`, `"-Infinity"`; of another size from a Uint8Array of its bytes. The writer throws for all else, as that
 * of `boolWriter`.
 */
export function floatWriter({ size, typeName }: Pick<FloatLayout, "size" | "typeName">, offset: number): Writer {
  if (size !== 4 && size !== 8) return bytesWriter(typeName || "float", size, offset);
  return (to, at, value) => {
    if (typeof value !== "number" && typeof value !== "bigint" && !SPECIAL_NUMBERS.includes(value))
      throw new TypeMismatch(typeName || "float", { kind: "number" }, value);
    const view = new DataView(new ArrayBuffer(size));
    if (size === 4) view.setFloat32(0, Number(value), LITTLE_ENDIAN);
    else view.setFloat64(0, Number(value), LITTLE_ENDIAN);
    putBytes(to, at + offset, new Uint8Array(view.buffer));
  };
}

/** Writes a Uint8Array of exactly `size` bytes. */
export function bytesWriter(typeName: string, size: number, offset: number): Writer {
  return (to, at, value) => {
    if (!(value instanceof Uint8Array) || value.length !== size) {
      throw new TypeMismatch(typeName, { kind: "bytes", size }, value);
    }
    putBytes(to, at + offset, value);
  };
}

/**
 * Returns a writer of whole numbers into the bits of a place, as two's complement if `signed`. It takes safe numbers,
 * bigints and strings of digits, and throws, as that of `boolWriter`, for all else and for what the bits can't hold;
 * `typeName` is what was expected.
 */
export function integerWriter(typeName: string, { offset, shift, width }: BitRange, signed: boolean): Writer {
  const low = signed ? -(2n ** BigInt(width - 1)) : 0n;
  const high = signed ? 2n ** BigInt(width - 1) - 1n : 2n ** BigInt(width) - 1n;
  return (to, at, value) => {
    const integer = integerOf(value);
    if (integer === undefined || integer < low || integer > high)
      throw new TypeMismatch(typeName, { kind: "range", low, high }, value);
    putBits(to, at + offset, shift, width, integer);
  };
}

/** More digits than any integer type has, in decimal and in hexadecimal. */
const MAX_DIGITS = 48;

/** Returns an exact whole number from a safe number, a bigint or a string of digits; undefined for anything else. */
export function integerOf(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (typeof value !== "string" || value.length > MAX_DIGITS) return undefined;
  if (/^(\d+|0x[\da-f]+)$/i.test(value)) return BigInt(value);
  return /^-\d+$/.test(value) ? BigInt(value) : undefined;
}

function putBits(to: Target, at: number, shift: number, width: number, value: bigint): void {
  let left = BigInt.asUintN(width, value) << BigInt(shift);
  let mask = ((1n << BigInt(width)) - 1n) << BigInt(shift);
  for (let i = at; mask > 0n; i++) {
    putByte(to, i, Number(left & 0xffn), Number(mask & 0xffn));
    left >>= 8n;
    mask >>= 8n;
  }
}

/** Writes whole bytes. Throws a TypeMismatch where a member of a union has written other bits. */
export function putBytes(to: Target, at: number, bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) putByte(to, at + i, bytes[i] as number, 0xff);
}

function putByte({ bytes, written }: Target, at: number, byte: number, mask: number): void {
  const before = bytes[at] as number;
  const owned = written[at] as number;
  if (((before ^ byte) & mask & owned) !== 0) {
    throw new TypeMismatch("", { kind: "overlap" }, byte);
  }
  bytes[at] = (before & ~mask) | byte;
  written[at] = owned | mask;
}
