import { replaceInvalid } from "../../bytes.ts";

/**
 * Characters that JSON allows in a string but a terminal may act on: DEL, the C1 controls, line separators, and those
 * that change the direction of text.
 */
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Returns a string as JSON that every reader accepts, with its quotes. Lone surrogates, which `textFromBytes` makes of
 * bytes that are not UTF-8, become U+FFFD, since many readers refuse their escapes.
 */
export function strictJsonString(text: string): string {
  return losslessJsonString(replaceInvalid(text));
}

/** Returns a value as JSON that every reader accepts; a bigint as a string of digits. */
export function strictJson(value: unknown, indent?: number): string {
  const strict = (_: string, one: unknown): unknown => {
    if (typeof one === "bigint") return String(one);
    return typeof one === "string" ? replaceInvalid(one) : one;
  };
  return JSON.stringify(value, strict, indent);
}

/** Returns a string as JSON without loss: bytes that are not UTF-8 become `\udcNN`, which not every reader accepts. */
export function losslessJsonString(text: string): string {
  return JSON.stringify(text).replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Returns a float as JSON: the shortest digits that give the same double; NaN and infinities as strings. */
export function jsonFloat(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? "-0" : String(value);
}
