import { bytesFromText, replaceInvalid } from "../../bytes.ts";
import type { Dialect } from "./dialect.ts";

const ESCAPES = new Map<number, string>([
  [0x09, "\\t"],
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  [0x0c, "\\f"],
  [0x08, "\\b"],
  [0x22, '\\"'],
]);

/**
 * A string as bpftool's JSON writer prints it, quotes included. It escapes seven characters and leaves everything else
 * as it is, so control characters and invalid UTF-8 pass through: these bytes need not be valid JSON.
 */
export function bpftoolJsonString(text: string, dialect: Dialect): Uint8Array {
  const parts: number[] = [0x22];
  for (const byte of bytesFromText(text)) {
    const escaped = byte === 0x5c ? (dialect.escapesBackslash ? "\\\\" : "\\n") : ESCAPES.get(byte);
    if (escaped === undefined) parts.push(byte);
    else for (let i = 0; i < escaped.length; i++) parts.push(escaped.charCodeAt(i));
  }
  parts.push(0x22);
  return Uint8Array.from(parts);
}

/** Control characters that bpftool has no escape for. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
const UNESCAPED = /[\u0000-\u0007\u000b\u000e-\u001f]/;

/** Returns the reason why a string is invalid JSON as bpftool writes it; undefined where it is valid. */
export function invalidJsonReason(text: string): string | undefined {
  if (UNESCAPED.test(text)) return "control characters, which bpftool does not escape";
  return replaceInvalid(text) === text ? undefined : "bytes that are not UTF-8";
}
