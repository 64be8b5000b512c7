import { bytesFromText } from "../../bytes.ts";
import type { EnumLayout } from "../../schema/layout.ts";
import { textEnd } from "../access/accessor.ts";
import { bits } from "../access/bits.ts";
import { HEX_PAIR, type NumberWriters, numberWriters } from "../text/digit-tables.ts";
import type { OutputBuffer } from "../text/output-buffer.ts";
import type { ShownText } from "../text/shown-text.ts";
import { jsonFloat } from "./strict-json.ts";

/** The JSON of values that have no obvious form. */
export interface JsonOptions {
  /** Integers of 64 bits or more: digits, or strings for readers that would round them. */
  readonly int64: "digits" | "string";
  /** Enums: the enumerator's name (the number where there is none), always the number, or `{"name":…,"value":…}`. */
  readonly enums: "name" | "number" | "both";
}

/**
 * The texts of an enum by value (a number up to 53 bits, else a bigint), and the text around a value without a name.
 */
export interface EnumTexts {
  readonly texts: ReadonlyMap<number | bigint, Uint8Array>;
  readonly before: string;
  readonly after: string;
}

/** Makes a text of the bytes of a value. */
export type TextOfBytes = (bytes: Uint8Array, view: DataView, at: number) => string;

/** A text in place of a value. */
export interface RenderedText {
  readonly text: TextOfBytes;
  /** The text is a JSON number. */
  readonly isNumber?: true;
  /**
   * Makes the JSON of the value, if the text does not express all of it: then both are shown as `{"text":…,"value":…}`.
   */
  readonly value?: TextOfBytes;
}

/**
 * The functions that generated code calls, for one output buffer. Each writes at `p` and returns the position behind
 * its text; those that may write more than 64 bytes check the buffer's limit themselves.
 */
export interface JsonHelpers extends NumberWriters {
  /** `true` or `false`. */
  bool(p: number, value: boolean): number;
  /** Text up to the first NUL or the end, as a string. */
  chars(p: number, bytes: Uint8Array, at: number, length: number): number;
  /** An integer of any width at any bit, with quotes if `quote`. */
  wide(p: number, value: number | bigint, quote: boolean): number;
  float(p: number, value: number): number;
  enm(p: number, table: EnumTexts, value: number | bigint): number;
  /** `"0a0b"`: the bytes as one string. */
  hex(p: number, bytes: Uint8Array, at: number, length: number): number;
  /** Writes a renderer's text. */
  rendered(p: number, rendering: RenderedText, bytes: Uint8Array, view: DataView, at: number): number;
  bits: typeof bits;
}

/** The names by which generated code calls the helpers. */
export const JSON_HELPER_NAMES: readonly (keyof JsonHelpers)[] = [
  ...(["u32", "s32", "u64", "s64", "bool", "chars", "wide", "float", "enm", "hex", "rendered", "bits"] as const),
];

/** The most bytes that are written between two checks of the limit. */
const CHUNK = 1024;

export function jsonHelpers(out: OutputBuffer): JsonHelpers {
  const w = out.view;
  const b = out.bytes;
  const numbers = numberWriters(w);

  function room(p: number): number {
    return p > out.limit ? out.flushAt(p) : p;
  }
  function put(p: number, bytes: Uint8Array): number {
    if (bytes.length > CHUNK) {
      out.pos = p;
      out.write(bytes);
      return out.pos;
    }
    for (let i = 0; i < bytes.length; i++) b[p + i] = bytes[i] as number;
    return room(p + bytes.length);
  }
  function text(p: number, content: string): number {
    return put(p, bytesFromText(content));
  }

  return {
    ...numbers,
    bits,
    bool(p, value) {
      w.setUint32(p, value ? 0x65_75_72_74 : 0x73_6c_61_66, true);
      if (value) return p + 4;
      b[p + 4] = 0x65;
      return p + 5;
    },
    chars(p, bytes, at, length) {
      const end = plainEnd(bytes, at, length);
      if (end < 0) return text(p, out.shown.jsonOfBytes(bytes.subarray(at, textEnd(bytes, at, length))));
      b[p++] = 0x22;
      for (let i = at; i < end; i++) b[p++] = bytes[i] as number;
      b[p++] = 0x22;
      return room(p);
    },
    wide(p, value, quote) {
      return text(p, quote ? `"${value}"` : String(value));
    },
    float(p, value) {
      return text(p, jsonFloat(value));
    },
    enm(p, { texts, before, after }, value) {
      const known = texts.get(value);
      return known === undefined ? text(p, `${before}${value}${after}`) : put(p, known);
    },
    hex(p, bytes, at, length) {
      b[p++] = 0x22;
      for (let i = 0; i < length; i++, p += 2) {
        if ((i & (CHUNK - 1)) === CHUNK - 1) p = room(p);
        w.setUint16(p, HEX_PAIR[bytes[at + i] as number] as number, true);
      }
      b[p++] = 0x22;
      return room(p);
    },
    rendered(p, { text: make, isNumber, value }, bytes, view, at) {
      const content = make(bytes, view, at);
      const json = isNumber ? content : out.shown.json(content);
      return text(p, value === undefined ? json : `{"text":${json},"value":${value(bytes, view, at)}}`);
    },
  };
}

/**
 * Returns the end of a text that JSON needs no escape for; -1 for one that has to be escaped, is not ASCII, or is long.
 */
function plainEnd(bytes: Uint8Array, at: number, length: number): number {
  const last = at + Math.min(length, CHUNK);
  for (let i = at; i < last; i++) {
    const byte = bytes[i] as number;
    if (byte === 0) return i;
    if (byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c) return -1;
  }
  return length <= CHUNK ? last : -1;
}

/** Returns the texts of an enum. Of several enumerators of one value, the first is shown. */
export function enumTexts({ values, size }: EnumLayout, { enums, int64 }: JsonOptions, shown: ShownText): EnumTexts {
  const quote = int64 === "string" && size === 8 ? '"' : "";
  const before = enums === "both" ? `{"name":null,"value":${quote}` : quote;
  const after = enums === "both" ? `${quote}}` : quote;
  const texts = new Map<number | bigint, Uint8Array>();
  if (enums === "number") return { texts, before, after };
  for (const { name, value } of values) {
    const key = size <= 4 ? Number(value) : value;
    const json = shown.jsonName(name);
    const content = enums === "both" ? `{"name":${json},"value":${quote}${value}${quote}}` : json;
    if (!texts.has(key)) texts.set(key, Buffer.from(content));
  }
  return { texts, before, after };
}
