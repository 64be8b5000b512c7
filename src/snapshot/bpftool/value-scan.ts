import { Malformed } from "../malformed.ts";

/** The deepest nesting that is followed. bpftool prints types of at most 32 levels, each an array of arrays perhaps. */
export const MAX_DEPTH = 512;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENS = new Uint8Array(256);
const CLOSES = new Uint8Array(256);
/** White space, `,` and `:`. */
const PASSES = new Uint8Array(256);
/** The characters of numbers and words; `(unsupported-kind)` is a word, too. */
const WORDS = new Uint8Array(256);
/** The characters that may follow a string. */
const FOLLOWS = new Uint8Array(256);

for (const [table, characters] of [
  [OPENS, "{["],
  [CLOSES, "}]"],
  [PASSES, " \t\r\n,:"],
  [WORDS, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._()"],
  [FOLLOWS, " \t\r\n,:}]"],
] as const) {
  for (const character of characters) table[character.charCodeAt(0)] = 1;
}

export function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/**
 * Returns the position of the quote that ends the string at `start`; -1 if it isn't there yet. bpftool prints a single
 * `"` as `"""` and a single `\` as `"\"`, which is no JSON: both can be told by what follows them. `isEnd`: nothing
 * follows `end`. Throws Malformed.
 */
export function stringEnd(
  bytes: Uint8Array,
  start: number,
  end: number,
  isEnd: boolean,
  from: number = start + 1,
): number {
  for (let i = from; i < end; i++) {
    const byte = bytes[i];
    if (byte === BACKSLASH) i++;
    else if (byte === QUOTE) {
      if (i + 1 === end) return isEnd ? i : -1;
      if (FOLLOWS[bytes[i + 1] as number] === 1) return i;
      if (i === start + 1 && bytes[i + 1] === QUOTE) return i + 1;
      if (isBackslash(bytes, start)) return start + 2;
      throw new Malformed("a string is followed by something that can't stand there");
    }
  }
  return isEnd && start + 3 < end && isBackslash(bytes, start) ? start + 2 : -1;
}

/** Tells of a string whose end can't be where it seems to be whether it is `"\"`. */
function isBackslash(bytes: Uint8Array, start: number): boolean {
  const isQuoted = bytes[start + 1] === BACKSLASH && bytes[start + 2] === QUOTE;
  return isQuoted && FOLLOWS[bytes[start + 3] as number] === 1;
}

/**
 * Finds the end of a JSON value that arrives in pieces, in one pass, without making anything of it. It takes what
 * bpftool prints for JSON, and keeps an eye on brackets alone.
 */
export class ValueScan {
  /** Bytes of the value that are done with. */
  #done = 0;
  /** The start of the string that is not at its end. */
  #string = -1;
  /** The offset up to which the string has been looked through. */
  #seen = 0;
  #depth = 0;
  #isWord = false;
  readonly #closers: number[] = [];

  /**
   * Returns the length of the value at `start`, or -1 if more bytes are needed, which may have been moved with it by
   * then. `isEnd`: no more will come. Throws Malformed.
   */
  length(bytes: Uint8Array, start: number, end: number, isEnd: boolean): number {
    let i = start + this.#done;
    if (this.#string >= 0) {
      i = this.#endOfString(bytes, start, end, isEnd);
      if (i < 0) return -1;
      if (this.#depth === 0) return i - start;
    }
    for (; i < end; i++) {
      const byte = bytes[i] as number;
      if (WORDS[byte] === 1) this.#isWord = true;
      else if (this.#isWord && this.#depth === 0) return i - start;
      else if (byte === QUOTE) {
        this.#string = i - start;
        this.#seen = i + 1 - start;
        const after = this.#endOfString(bytes, start, end, isEnd);
        if (after < 0) return -1;
        if (this.#depth === 0) return after - start;
        i = after - 1;
      } else if (OPENS[byte] === 1) this.#open(byte);
      else if (CLOSES[byte] === 1) {
        if (this.#closers.pop() !== byte) throw new Malformed("brackets don't match");
        if (--this.#depth === 0) return i + 1 - start;
      } else if (PASSES[byte] === 0 || this.#depth === 0) throw new Malformed("it isn't JSON");
    }
    this.#done = end - start;
    return isEnd && this.#isWord && this.#depth === 0 ? end - start : -1;
  }

  #open(byte: number): void {
    // `{` and `[` are two below their closing ones.
    this.#closers.push(byte + 2);
    if (++this.#depth > MAX_DEPTH) throw new Malformed(`it is nested more than ${MAX_DEPTH} levels deep`);
  }

  /** The position behind the string, or -1. */
  #endOfString(bytes: Uint8Array, start: number, end: number, isEnd: boolean): number {
    const at = stringEnd(bytes, start + this.#string, end, isEnd, start + this.#seen);
    if (at < 0) {
      this.#done = end - start;
      // The last bytes may be an escape, or a quote whose meaning is decided by what follows.
      this.#seen = Math.max(this.#string + 1, end - start - 1);
      if (isEscaped(bytes, start + this.#string, start + this.#seen)) this.#seen--;
      return -1;
    }
    this.#string = -1;
    return at + 1;
  }
}

/** Tells whether an odd number of backslashes stands before `at` in the string that begins at `start`. */
function isEscaped(bytes: Uint8Array, start: number, at: number): boolean {
  let backslashes = 0;
  while (at - backslashes - 1 > start && bytes[at - backslashes - 1] === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}
