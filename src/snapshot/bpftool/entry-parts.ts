import { EIO, errnoOfText } from "../../sys/errno.ts";
import { Malformed } from "../malformed.ts";
import { CLOSE_ARRAY, CLOSE_OBJECT, COLON, COMMA, OPEN_ARRAY, OPEN_OBJECT, QUOTE } from "./json-bytes.ts";
import { jsonMember, readNode, stringText } from "./json-node.ts";
import { isSpace, stringEnd, ValueScan } from "./value-scan.ts";

/** The places of an entry's parts in its text. */
export interface EntryParts {
  /** The start of the key's value; -1 without one. */
  key: number;
  /** The start of the value, or of the array of one for each CPU; -1 without one. */
  value: number;
  isPerCpu: boolean;
  /** The start and the end of the decoded part; -1 without one. */
  formatted: number;
  formattedEnd: number;
}

/**
 * Finds the parts of an entry, an object that is whole. Members that aren't known are passed over. Throws Malformed.
 */
export function entryParts(bytes: Buffer, start: number, end: number): EntryParts {
  const parts: EntryParts = { key: -1, value: -1, isPerCpu: false, formatted: -1, formattedEnd: -1 };
  let at = skipSpace(bytes, start + 1, end);
  while (bytes[at] !== CLOSE_OBJECT) {
    if (bytes[at] !== QUOTE) throw new Malformed("an entry has a member without a name");
    const quote = stringEnd(bytes, at, end, true);
    const name = stringText(bytes, at + 1, quote);
    at = skipSpace(bytes, quote + 1, end);
    if (bytes[at] !== COLON) throw new Malformed(`no value follows "${name}"`);
    at = skipSpace(bytes, at + 1, end);
    const after = endOfValue(bytes, at, end);
    note(parts, name, at, after);
    at = skipSpace(bytes, after, end);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1, end);
    else if (bytes[at] !== CLOSE_OBJECT) throw new Malformed(`"," or "}" is missing behind "${name}"`);
  }
  return parts;
}

function note(parts: EntryParts, name: string, at: number, after: number): void {
  if (name === "key") parts.key = at;
  else if (name === "value" || name === "values") {
    parts.value = at;
    parts.isPerCpu = name === "values";
  } else if (name === "formatted") {
    parts.formatted = at;
    parts.formattedEnd = after;
  }
}

/** Bytes that are printed in hex contain no bracket. */
function endOfValue(bytes: Buffer, at: number, end: number): number {
  const isHex = bytes[at] === OPEN_ARRAY && hexByte(bytes, skipSpace(bytes, at + 1, end)) >= 0;
  const close = isHex ? bytes.indexOf(CLOSE_ARRAY, at) : -1;
  if (close >= 0 && close < end) return close + 1;
  const length = new ValueScan().length(bytes, at, end, true);
  if (length < 0) throw new Malformed("a value is missing");
  return at + length;
}

function skipSpace(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(bytes[at] as number)) at++;
  return at;
}

/** True for a list as bpftool prints bytes; an empty one is, too. */
export function isHexList(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at] !== OPEN_ARRAY) return false;
  const first = skipSpace(bytes, at + 1, end);
  return bytes[first] === CLOSE_ARRAY || (bytes[first] === QUOTE && hexByte(bytes, first) >= 0);
}

/**
 * Reads a list of bytes, `["0x01","0xff"]`, and returns their number. They go into `out` from `to` on, as far as
 * `length`; without `out` they are counted. Throws Malformed.
 */
export function readHexList(
  bytes: Uint8Array,
  start: number,
  end: number,
  out?: Uint8Array,
  to = 0,
  length = 0,
): number {
  let at = skipSpace(bytes, start + 1, end);
  let count = 0;
  if (bytes[at] === CLOSE_ARRAY) return 0;
  for (;;) {
    const byte = hexByte(bytes, at);
    if (byte < 0) throw new Malformed('bytes are not printed as "0x00" to "0xff", in lower case');
    if (out !== undefined && count < length) out[to + count] = byte;
    count++;
    at = skipSpace(bytes, at + 6, end);
    if (bytes[at] === CLOSE_ARRAY) return count;
    if (bytes[at] !== COMMA) throw new Malformed('"," or "]" is missing between bytes');
    at = skipSpace(bytes, at + 1, end);
  }
}

/** The byte of `"0x7f"`, quotes included; -1 for anything else. */
function hexByte(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE || bytes[at + 1] !== 0x30 || bytes[at + 2] !== 0x78 || bytes[at + 5] !== QUOTE) return -1;
  const [high, low] = [DIGITS[bytes[at + 3] as number] as number, DIGITS[bytes[at + 4] as number] as number];
  return high < 16 && low < 16 ? high * 16 + low : -1;
}

const DIGITS = new Uint8Array(256).fill(16);
for (const [digit, character] of [..."0123456789abcdef"].entries()) DIGITS[character.charCodeAt(0)] = digit;

/** The errno in place of a value, by bpftool's words for it; EIO for words that no errno here has. */
export function errorOf(bytes: Uint8Array, at: number, end: number): number | undefined {
  if (bytes[at] !== OPEN_OBJECT) return undefined;
  const error = jsonMember(readNode(bytes, at, end), "error");
  if (error?.kind !== "string") return undefined;
  return errnoOfText(error.text) ?? EIO;
}

/** Calls `value` with the place of each CPU's value, in their order. Throws Malformed for CPUs out of order. */
export function forEachCpu(
  bytes: Buffer,
  start: number,
  end: number,
  value: (cpu: number, at: number) => void,
): number {
  if (bytes[start] !== OPEN_ARRAY) throw new Malformed('"values" is no array');
  let at = skipSpace(bytes, start + 1, end);
  let cpus = 0;
  while (bytes[at] !== CLOSE_ARRAY) {
    if (bytes[at] !== OPEN_OBJECT) throw new Malformed("the value of a CPU is no object");
    const after = at + new ValueScan().length(bytes, at, end, true);
    const cpu = Number(
      /^\{\s*"cpu"\s*:\s*(\d{1,7})\s*,/.exec(bytes.toString("latin1", at, Math.min(after, at + 64)))?.[1],
    );
    if (cpu !== cpus) throw new Malformed(`the value of CPU ${cpus} is missing`);
    value(cpu, entryParts(bytes, at, after).value);
    cpus++;
    at = skipSpace(bytes, after, end);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1, end);
    else if (bytes[at] !== CLOSE_ARRAY) throw new Malformed('"," or "]" is missing between CPUs');
  }
  return cpus;
}
