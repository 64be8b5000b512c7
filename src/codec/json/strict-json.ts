import { replaceInvalid } from "../../bytes.ts";

/**
 * What JSON lets stand in a string but a terminal may obey: DEL, the C1 controls, line separators, and the characters
 * that change the direction of text.
 */
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A string as JSON that every reader takes, quotes included. Bytes that aren't UTF-8, which `textFromBytes` has made
 * lone surrogates, become U+FFFD: most readers refuse the escape of a lone surrogate.
 */
export function strictJsonString(text: string): string {
  return losslessJsonString(replaceInvalid(text));
}

/** The same without loss: bytes that aren't UTF-8 are written as `\udcNN`, which not every reader takes. */
export function losslessJsonString(text: string): string {
  return JSON.stringify(text).replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A float as JSON: the shortest digits that read back as the same double, and what isn't a number as a string. */
export function jsonFloat(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? "-0" : String(value);
}
