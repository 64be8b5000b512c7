import type { EntryShape } from "../reader/entries.ts";

/**
 * The positions of the digits of a key and a value in an entry line as this program writes it, and the text around
 * them.
 */
export interface EntryText {
  /** Before the key's digits; empty in a map without keys. */
  readonly head: Uint8Array;
  /** Before the value's digits. */
  readonly middle: Uint8Array;
  readonly tail: Uint8Array;
  readonly keyAt: number;
  readonly middleAt: number;
  readonly valueAt: number;
  readonly tailAt: number;
  /** Bytes of the line, its newline included. */
  readonly length: number;
}

export function entryText({ keySize, valueStride }: EntryShape): EntryText {
  const head = Buffer.from(keySize === 0 ? "" : '{"key":"');
  const middle = Buffer.from(keySize === 0 ? '{"value":"' : '","value":"');
  const tail = Buffer.from('"}\n');
  const middleAt = head.length + 2 * keySize;
  const valueAt = middleAt + middle.length;
  const tailAt = valueAt + 2 * valueStride;
  return { head, middle, tail, keyAt: head.length, middleAt, valueAt, tailAt, length: tailAt + tail.length };
}

/** True if `bytes[at…]` are these. */
export function hasBytes(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i++) {
    if (bytes[at + i] !== expected[i]) return false;
  }
  return true;
}
