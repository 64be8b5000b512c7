import type { BtfType } from "../types.ts";
import { languageType } from "./basic-types.ts";

/** The C type that stores an integer or float of the BTF. */
export interface Storage {
  /** The type to declare it with, and what stands behind the name: `unsigned char` and `[3]` for an odd size. */
  readonly text: string;
  readonly suffix: string;
  readonly align: number;
  /** C has a type of this name, so it needs no typedef. */
  readonly isNamed: boolean;
  /** A bit-field can have this type. */
  readonly isBitField: boolean;
}

const INTEGERS: Readonly<Record<number, readonly [unsigned: string, signed: string]>> = {
  1: ["unsigned char", "signed char"],
  2: ["unsigned short", "short"],
  4: ["unsigned int", "int"],
  8: ["unsigned long long", "long long"],
  16: ["unsigned __int128", "__int128"],
};

const SIGNED = 1;
const BOOL = 4;

/** The storage of an integer: its own name where C has such a type, else a standard one of its size. */
export function intStorage({ name, size, encoding }: BtfType & { kind: "int" }): Storage {
  const standard = INTEGERS[size];
  if (standard === undefined) return bytes(size);
  const basic = languageType(name.split(" "));
  const isBool = size === 1 && encoding === BOOL;
  const isSame =
    basic?.kind === "int" &&
    basic.size === size &&
    (basic.encoding === BOOL) === isBool &&
    (name === "char" || isBool || basic.encoding === (encoding === SIGNED ? SIGNED : 0));
  const text = isBool ? "_Bool" : isSame ? name : standard[encoding === SIGNED ? 1 : 0];
  return { text, suffix: "", align: size, isNamed: isSame, isBitField: true };
}

/** The storage of a float: `float` or `double`, else bytes. */
export function floatStorage({ name, size }: BtfType & { kind: "float" }): Storage {
  const text = size === 4 ? "float" : size === 8 ? "double" : undefined;
  if (text === undefined) return bytes(size);
  return { text, suffix: "", align: size, isNamed: name === text, isBitField: false };
}

/**
 * The type for a bit-field of so many bits whose own type can't have them; `size` bytes at least if there is such a
 * one.
 */
export function bitFieldType(width: number, signed: boolean, size: number): { text: string; size: number } {
  const sizes = [1, 2, 4, 8, 16].filter((one) => one * 8 >= width);
  const chosen = sizes.find((one) => one >= size) ?? sizes.at(-1) ?? 16;
  return { text: INTEGERS[chosen]?.[signed ? 1 : 0] ?? "unsigned __int128", size: chosen };
}

function bytes(size: number): Storage {
  return { text: "unsigned char", suffix: `[${size}]`, align: 1, isNamed: false, isBitField: false };
}
