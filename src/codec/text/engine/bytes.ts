// Names, strings and arrays of bytes, which may be longer than the room behind the limit of the output.
import { hexDigit, hexItem, hexPair } from "./digits";

@external("env", "flush")
export declare function flush(p: usize): usize;

/** The most bytes that are read between two looks at the limit. */
const PIECE: u32 = 1024;
const QUOTE: u8 = 34;
const COMMA: u8 = 44;
const BACKSLASH: u8 = 92;

/** The number of texts in which bytes were replaced, since the host set it back. */
export let replaced: u32 = 0;

export function takeReplaced(): u32 {
  const count = replaced;
  replaced = 0;
  return count;
}

@inline
export function byte(p: usize, value: u32): usize {
  store<u8>(p, <u8>value);
  return p + 1;
}

/** Copies in steps of 16 bytes: reads and writes up to 15 bytes more than n, which is at least 1. */
@inline
export function copyText(p: usize, from: usize, n: u32): usize {
  let i: u32 = 0;
  do {
    v128.store(p + i, v128.load(from + i));
    i += 16;
  } while (i < n);
  return p + n;
}

/** Copies a name, of any length. */
export function name(p: usize, from: usize, n: u32, limit: usize): usize {
  for (; n > PIECE; n -= PIECE, from += PIECE) {
    p = copyText(p, from, PIECE);
    if (p > limit) p = flush(p);
  }
  return n == 0 ? p : copyText(p, from, n);
}

export function boolText(p: usize, isTrue: bool): usize {
  store<u64>(p, isTrue ? 0x65_7572_74 : 0x65_736c_6166);
  return p + (isTrue ? 4 : 5);
}

@inline
function hexDigits(nibbles: v128): v128 {
  return v128.swizzle(i8x16(48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102), nibbles);
}

/** Writes two bytes' digits, which `spread` takes from `digits`, as `"0xAB","0xCD","0`: 14 characters count. */
@inline
function storePair(p: usize, digits: v128, spread: v128): void {
  const frame = i8x16(34, 48, 120, 0, 0, 34, 44, 34, 48, 120, 0, 0, 34, 44, 34, 48);
  v128.store(p, v128.or(v128.swizzle(digits, spread), frame));
}

@inline
function storeEight(p: usize, digits: v128): void {
  storePair(p, digits, i8x16(-1, -1, -1, 0, 1, -1, -1, -1, -1, -1, 2, 3, -1, -1, -1, -1));
  storePair(p + 14, digits, i8x16(-1, -1, -1, 4, 5, -1, -1, -1, -1, -1, 6, 7, -1, -1, -1, -1));
  storePair(p + 28, digits, i8x16(-1, -1, -1, 8, 9, -1, -1, -1, -1, -1, 10, 11, -1, -1, -1, -1));
  storePair(p + 42, digits, i8x16(-1, -1, -1, 12, 13, -1, -1, -1, -1, -1, 14, 15, -1, -1, -1, -1));
}

/** Writes `"0x01","0x02",`, with a comma at the end. */
function hexItems(p: usize, from: usize, n: u32): usize {
  let left = n;
  for (; left >= 16; left -= 16, from += 16, p += 112) {
    const bytes = v128.load(from);
    const high = hexDigits(v128.shr<u8>(bytes, 4));
    const low = hexDigits(v128.and(bytes, i8x16.splat(15)));
    storeEight(p, v128.shuffle<u8>(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
    storeEight(p + 56, v128.shuffle<u8>(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
  }
  for (; left > 0; left--, from++) p = hexItem(p, load<u8>(from));
  return p;
}

export function hexJson(p: usize, s: usize, n: u32, limit: usize): usize {
  for (; n > PIECE; n -= PIECE, s += PIECE) {
    p = hexItems(p, s, PIECE);
    if (p > limit) p = flush(p);
  }
  return hexItems(p, s, n) - 1;
}

export function hexPlain(p: usize, s: usize, n: u32, limit: usize): usize {
  for (let i: u32 = 0; i < n; i++) {
    if (i != 0) {
      if (i & 15) {
        p = byte(p, 32);
        if (!(i & 7)) p = byte(p, 32);
      } else p = byte(p, 10);
      if (!(i & 255) && p > limit) p = flush(p);
    }
    p = hexPair(p, load<u8>(s + i));
  }
  return p;
}

/** Writes the digits of 16 bytes. */
@inline
function hexPairs16(p: usize, from: usize): void {
  const bytes = v128.load(from);
  const high = hexDigits(v128.shr<u8>(bytes, 4));
  const low = hexDigits(v128.and(bytes, i8x16.splat(15)));
  v128.store(p, v128.shuffle<u8>(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
  v128.store(p, v128.shuffle<u8>(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), 16);
}

export function hexString(p: usize, s: usize, n: u32, limit: usize): usize {
  p = byte(p, QUOTE);
  let left = n;
  for (; left >= 16; left -= 16, s += 16, p += 32) {
    if (p > limit) p = flush(p);
    hexPairs16(p, s);
  }
  for (; left > 0; left--, s++) p = hexPair(p, load<u8>(s));
  return byte(p, QUOTE);
}

/**
 * Returns the lanes that don't stand for themselves in a string: not 0x20 to 0x7e, a quote, a backslash. NUL is one.
 */
@inline
function oddLanes(x: v128): u32 {
  const unprintable = i8x16.gt_u(i8x16.sub(x, i8x16.splat(0x20)), i8x16.splat(0x5e));
  const escaped = v128.or(i8x16.eq(x, i8x16.splat(QUOTE)), i8x16.eq(x, i8x16.splat(BACKSLASH)));
  return i8x16.bitmask(v128.or(unprintable, escaped));
}

/** Returns the length of the text that ends at its first odd lane, if that is a NUL within the first n; else -1. */
@inline
function shortLength(s: usize, n: u32, odd: u32): i32 {
  if (!odd) return -1;
  const end = <u32>ctz(odd);
  if (end >= n || load<u8>(s + end) != 0) return -1;
  return end;
}

/**
 * Writes up to 15 characters that stand for themselves and end at a NUL within the first n, with their quotes; returns
 * 0 for anything else. Reads 16 bytes whatever n is.
 */
@inline
function shortString(p: usize, s: usize, n: u32): usize {
  const x = v128.load(s);
  const end = shortLength(s, n, oddLanes(x));
  if (end < 0) return 0;
  store<u8>(p, QUOTE);
  v128.store(p, x, 1);
  store<u8>(p + end, QUOTE, 1);
  return p + end + 2;
}

/** Writes bpftool's string; returns 0 where it isn't one: no NUL, or something unprintable before it. */
export function string(p: usize, s: usize, n: u32, limit: usize, backslash: u8): usize {
  const short = shortString(p, s, n);
  if (short) return short;
  let end = s;
  for (const last = s + n; ; end++) {
    if (end == last) return 0;
    const c = load<u8>(end);
    if (c == 0) break;
    if (c < 0x20 || c > 0x7e) return 0;
  }
  p = byte(p, QUOTE);
  for (let at = s; at < end; at++) {
    if (!((at - s) & 1023) && p > limit) p = flush(p);
    const c = load<u8>(at);
    if (c == QUOTE || c == BACKSLASH) p = byte(p, BACKSLASH);
    p = byte(p, c == BACKSLASH ? backslash : c);
  }
  return byte(p, QUOTE);
}

/** Writes `\u00e9`. */
function escape(p: usize, code: u32): usize {
  store<u16>(p, 0x755c);
  for (let i: u32 = 0; i < 4; i++) store<u8>(p + i, <u8>hexDigit((code >> (12 - 4 * i)) & 15), 2);
  return p + 6;
}

/** Returns the second character of JSON's short escapes, or 0. */
@inline
function shortEscape(c: u32): u32 {
  switch (c) {
    case 8:
      return 98;
    case 9:
      return 116;
    case 10:
      return 110;
    case 12:
      return 102;
    case 13:
      return 114;
    case 34:
      return 34;
    case 92:
      return 92;
    default:
      return 0;
  }
}

/** Returns the length of the UTF-8 sequence that the byte at `at`, of 0x80 or more, begins; 0 if it begins none. */
@inline
function sequenceLength(first: u32): u32 {
  return first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

/**
 * Returns how many bytes at `at` are the beginning of a sequence of `length`, at least 1: all of them if it is valid.
 * Table 3-7 of the Unicode standard: no overlong forms, no surrogates, nothing past U+10FFFF.
 */
function validBytes(at: usize, end: usize, length: u32): u32 {
  const first = load<u8>(at);
  if (length == 0 || at + 1 == end) return 1;
  const low: u8 = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const high: u8 = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  const second = load<u8>(at, 1);
  if (second < low || second > high) return 1;
  let valid: u32 = 2;
  while (valid < length && at + valid < end && (load<u8>(at + valid) & 0xc0) == 0x80) valid++;
  return valid;
}

/** Tells whether a terminal may act on a character of two or three bytes. */
@inline
function isUnsafe(code: u32): bool {
  if (code <= 0x9f || code == 0x61c || code == 0x200e || code == 0x200f) return true;
  return (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

/** Returns the character of a valid sequence of two or three bytes; for one of four, a number that is not unsafe. */
@inline
function codeOf(at: usize, length: u32): u32 {
  const first: u32 = load<u8>(at);
  const second: u32 = load<u8>(at, 1) & 0x3f;
  if (length == 2) return ((first & 31) << 6) | second;
  return length == 3 ? ((first & 15) << 12) | (second << 6) | (load<u8>(at, 2) & 0x3f) : 0x10000;
}

/** Writes a sequence of `length` bytes. */
@inline
function sequence(p: usize, at: usize, length: u32): usize {
  const code = codeOf(at, length);
  if (isUnsafe(code)) return escape(p, code);
  store<u32>(p, load<u32>(at));
  return p + length;
}

/** Writes U+FFFD. */
@inline
function replacement(p: usize): usize {
  store<u32>(p, 0xbdbfef);
  return p + 3;
}

/** Writes text up to a NUL or the end as strict JSON. */
export function chars(p: usize, s: usize, n: u32, limit: usize, lossless: bool): usize {
  const short = shortString(p, s, n);
  if (short) return short;
  const end = s + n;
  let check = s + PIECE;
  let isValid = true;
  p = byte(p, QUOTE);
  for (let at = s; at < end; ) {
    const c: u32 = load<u8>(at);
    if (c == 0) break;
    if (at >= check) {
      check = at + PIECE;
      if (p > limit) p = flush(p);
    }
    if (c < 0x80) {
      const escaped = shortEscape(c);
      if (escaped) p = byte(byte(p, BACKSLASH), escaped);
      else p = c < 0x20 || c == 0x7f ? escape(p, c) : byte(p, c);
      at++;
      continue;
    }
    const length = sequenceLength(c);
    const valid = validBytes(at, end, length);
    if (length != 0 && valid == length) {
      p = sequence(p, at, length);
      at += length;
    } else if (lossless) {
      p = escape(p, 0xdc00 + c);
      at++;
    } else {
      isValid = false;
      p = replacement(p);
      at += valid;
    }
  }
  if (!isValid) replaced++;
  return byte(p, QUOTE);
}

/** Tells whether a cell of CSV that has this character is in quotes. */
@inline
function needsQuotes(c: u32): bool {
  return c == QUOTE || c == COMMA || c == 10 || c == 13;
}

/**
 * Writes up to 15 characters that stand for themselves in CSV and end at a NUL within the first n; returns 0 for
 * anything else. Reads 16 bytes whatever n is.
 */
@inline
function shortCell(p: usize, s: usize, n: u32): usize {
  const x = v128.load(s);
  const end = shortLength(s, n, oddLanes(x) | i8x16.bitmask(i8x16.eq(x, i8x16.splat(COMMA))));
  if (end < 0) return 0;
  v128.store(p, x);
  return p + end;
}

/** Writes text up to a NUL or the end as a cell of CSV. */
export function cell(p: usize, s: usize, n: u32, limit: usize, lossless: bool): usize {
  const short = shortCell(p, s, n);
  if (short) return short;
  let end = s;
  let quoted = false;
  for (const last = s + n; end < last && load<u8>(end) != 0; end++) if (needsQuotes(load<u8>(end))) quoted = true;
  let check = s + PIECE;
  let isValid = true;
  if (quoted) p = byte(p, QUOTE);
  for (let at = s; at < end; ) {
    const c: u32 = load<u8>(at);
    if (at >= check) {
      check = at + PIECE;
      if (p > limit) p = flush(p);
    }
    if (c < 0x80 || lossless) {
      if (c == QUOTE) p = byte(p, QUOTE);
      p = byte(p, c);
      at++;
      continue;
    }
    const length = sequenceLength(c);
    const valid = validBytes(at, end, length);
    if (length != 0 && valid == length) {
      store<u32>(p, load<u32>(at));
      p += length;
    } else {
      isValid = false;
      p = replacement(p);
    }
    at += valid;
  }
  if (!isValid) replaced++;
  return quoted ? byte(p, QUOTE) : p;
}
