import { HEX_JSON, HEX_PAIR, type NumberWriters, numberWriters } from "../text/digit-tables.ts";
import type { OutputBuffer } from "../text/output-buffer.ts";
import type { Dialect } from "./dialect.ts";
import { bpftoolJsonString } from "./json-string.ts";

/** Text that is known when an encoder is compiled, ready to be copied: the name of an enumerator. */
export interface Literal {
  readonly bytes: Uint8Array;
  /** The text isn't valid JSON: what is noted where it is written. */
  readonly note?: number;
}

/** Enumerators of an ENUM by their value as a signed 32-bit number; the first of several equal ones. */
export type EnumTable = ReadonlyMap<number, Literal>;

/** Enumerators of an ENUM64 by the high and the low word of their value. */
export type WideEnumTable = ReadonlyMap<number, ReadonlyMap<number, Literal>>;

/** The events noted while an entry is printed. */
export interface EncoderState {
  /** A type that bpftool can't print was met: the rest of the entry is left out. */
  stopped: boolean;
  /** The indexes of notes on output that isn't valid JSON. */
  readonly invalid: Set<number>;
}

/**
 * The functions that generated code calls, on one output buffer. Each writes at `p` and returns the end of its text;
 * those that may write more than 64 bytes check the buffer's limit themselves.
 */
export interface TextHelpers extends NumberWriters {
  /** `0x1f`, or `(nil)` for 0: C's `%p`. */
  ptr(p: number, lo: number, hi: number): number;
  /** `true` or `false`. */
  bool(p: number, byte: number): number;
  /** A CHAR-encoded integer. `field` is noted where the character ends the string early. */
  chr(p: number, byte: number, field: number): number;
  /** A char array as a string, or -1 where it isn't one: no NUL, or something unprintable before it. */
  str(p: number, bytes: Uint8Array, at: number, length: number): number;
  enm(p: number, table: EnumTable, value: number): number;
  enm64(p: number, table: EnumTable, lo: number, hi: number): number;
  wide(p: number, table: WideEnumTable, lo: number, hi: number): number;
  /** `1f`: up to 128 bits from bit `shift` (0 to 7) of the byte at `at`. */
  hexBits(p: number, bytes: Uint8Array, at: number, shift: number, bits: number): number;
  /**
   * The same for bits that end with the 128th from the byte at `at`. bpftool shifts 64-bit halves by 64 here, which on
   * x86-64 and arm64 is a shift by nothing: the lower half gets into the upper one, and into itself for all 128 bits.
   */
  hexToEnd(p: number, bytes: Uint8Array, at: number, shift: number): number;
  /** `"0x01","0x02"`: the inside of bpftool's JSON array of bytes. */
  hexJson(p: number, bytes: Uint8Array, at: number, length: number): number;
  /** bpftool's hex dump: 16 bytes a line, two blanks in the middle. */
  hexPlain(p: number, bytes: Uint8Array, at: number, length: number): number;
}

/** The helpers by the names under which generated code calls them. */
export const TEXT_HELPER_NAMES: readonly (keyof TextHelpers)[] = [
  ...(["u32", "s32", "u64", "s64", "hex32", "ptr", "bool", "chr", "str"] as const),
  ...(["enm", "enm64", "wide", "hexBits", "hexToEnd", "hexJson", "hexPlain"] as const),
];

/** Creates the helpers; strings and CHARs are JSON-like in every style, but `\u00e9` only where `json` is set. */
export function textHelpers(out: OutputBuffer, dialect: Dialect, json: boolean, state: EncoderState): TextHelpers {
  const w = out.view;
  const b = out.bytes;
  const numbers = numberWriters(w);
  const [quote, backslash] = ['"', "\\"].map((char) => bpftoolJsonString(char, dialect).slice(1, -1));
  const CHUNK = 1024;

  function room(p: number): number {
    return p > out.limit ? out.flushAt(p) : p;
  }
  function ascii(p: number, text: string): number {
    for (let i = 0; i < text.length; i++) b[p + i] = text.charCodeAt(i);
    return p + text.length;
  }
  function put(p: number, { bytes, note }: Literal): number {
    if (note !== undefined) state.invalid.add(note);
    if (bytes.length > CHUNK) {
      out.pos = p;
      out.write(bytes);
      return out.pos;
    }
    for (let i = 0; i < bytes.length; i++) b[p + i] = bytes[i] as number;
    return p + bytes.length;
  }
  /** Finds the NUL that ends the string; -1 where something unprintable precedes it, or there is none. */
  function textEnd(bytes: Uint8Array, at: number, length: number): number {
    for (let i = at; i < at + length; i++) {
      const byte = bytes[i] as number;
      if (byte === 0) return i;
      if (byte < 0x20 || byte > 0x7e) return -1;
    }
    return -1;
  }

  return {
    ...numbers,
    ptr(p, lo, hi) {
      if (lo === 0 && hi === 0) return ascii(p, "(nil)");
      b[p] = 0x30;
      b[p + 1] = 0x78;
      return numbers.hex64(p + 2, lo, hi);
    },
    bool(p, byte) {
      w.setUint32(p, byte === 0 ? 0x73_6c_61_66 : 0x65_75_72_74, true);
      if (byte !== 0) return p + 4;
      b[p + 4] = 0x65;
      return p + 5;
    },
    chr(p, byte, field) {
      if (byte >= 0x20 && byte <= 0x7e) {
        if (json && (byte === 0x22 || byte === 0x5c)) state.invalid.add(field);
        b[p] = 0x22;
        b[p + 1] = byte;
        b[p + 2] = 0x22;
        return p + 3;
      }
      return ascii(p, json ? `"\\u00${byte.toString(16).padStart(2, "0")}"` : `0x${byte.toString(16)}`);
    },
    str(p, bytes, at, length) {
      const end = textEnd(bytes, at, length);
      if (end < 0) return -1;
      b[p++] = 0x22;
      for (let from = at; from < end; from += CHUNK) {
        if (from !== at) p = room(p);
        const to = Math.min(end, from + CHUNK);
        for (let i = from; i < to; i++) {
          const byte = bytes[i] as number;
          if (byte !== 0x22 && byte !== 0x5c) {
            b[p++] = byte;
            continue;
          }
          for (const char of (byte === 0x22 ? quote : backslash) as Uint8Array) b[p++] = char;
        }
      }
      b[p++] = 0x22;
      return p;
    },
    enm(p, table, value) {
      const name = table.get(value);
      return name === undefined ? numbers.s32(p, value) : put(p, name);
    },
    enm64(p, table, lo, hi) {
      const fits = hi === (lo >= 0x8000_0000 ? 0xffff_ffff : 0);
      const name = fits ? table.get(lo | 0) : undefined;
      return name === undefined ? numbers.s64(p, lo, hi) : put(p, name);
    },
    wide(p, table, lo, hi) {
      const name = table.get(hi)?.get(lo);
      return name === undefined ? numbers.s64(p, lo, hi) : put(p, name);
    },
    hexBits(p, bytes, at, shift, bits) {
      // Nibbles from the top; the first that isn't zero, or the last, begins the number.
      let end = p;
      for (let low = (Math.ceil(bits / 4) - 1) * 4; low >= 0; low -= 4) {
        const width = Math.min(4, bits - low);
        const first = shift + low;
        const here = (bytes[at + (first >> 3)] as number) >> (first & 7);
        const more = (first & 7) + width > 8 ? (bytes[at + (first >> 3) + 1] as number) << (8 - (first & 7)) : 0;
        const digit = (here | more) & ((1 << width) - 1);
        if (digit !== 0 || end > p || low === 0) b[end++] = digit < 10 ? 48 + digit : 87 + digit;
      }
      return end;
    },
    hexToEnd(p, bytes, at, shift) {
      const view = new DataView(bytes.buffer, bytes.byteOffset + at, 16);
      const low = view.getBigUint64(0, true);
      const high = view.getBigUint64(8, true) | low;
      const shifted =
        shift === 0 ? low | high : BigInt.asUintN(64, (low >> BigInt(shift)) | (high << BigInt(64 - shift)));
      return ascii(p, (((high >> BigInt(shift)) << 64n) | shifted).toString(16));
    },
    hexJson(p, bytes, at, length) {
      if (length === 0) return p;
      for (let from = 0; from < length; from += CHUNK) {
        if (from !== 0) p = room(p);
        const to = Math.min(length, from + CHUNK);
        for (let i = from; i < to; i++, p += 7) w.setFloat64(p, HEX_JSON[bytes[at + i] as number] as number, true);
      }
      return p - 1;
    },
    hexPlain(p, bytes, at, length) {
      for (let i = 0; i < length; i++) {
        if (i !== 0) {
          if ((i & 15) === 0) b[p++] = 10;
          else {
            b[p++] = 32;
            if ((i & 7) === 0) b[p++] = 32;
          }
          if ((i & 255) === 0) p = room(p);
        }
        w.setUint16(p, HEX_PAIR[bytes[at + i] as number] as number, true);
        p += 2;
      }
      return p;
    },
  };
}
