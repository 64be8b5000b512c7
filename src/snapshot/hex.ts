/** Lower-case hex digits of many bytes, by table: a byte's two digits are one 16-bit word, little-endian. */

const DIGITS = "0123456789abcdef";
/** Stands for a pair of characters that aren't two hex digits. */
const NOT_HEX = 0x100;

const pairOfByte = new Uint16Array(256);
const byteOfPair = new Uint16Array(0x1_0000).fill(NOT_HEX);

for (let byte = 0; byte < 256; byte++) {
  const pair = DIGITS.charCodeAt(byte >> 4) | (DIGITS.charCodeAt(byte & 15) << 8);
  pairOfByte[byte] = pair;
  byteOfPair[pair] = byte;
}

/** Writes the 2 * `length` digits of `bytes[from…]` at `at` and returns where they end. */
export function encodeHex(bytes: Uint8Array, from: number, length: number, out: DataView, at: number): number {
  let to = at;
  let i = from;
  for (const last = from + length - 1; i < last; i += 2, to += 4) {
    const low = pairOfByte[bytes[i] as number] as number;
    const high = pairOfByte[bytes[i + 1] as number] as number;
    out.setUint32(to, low | (high << 16), true);
  }
  if (i < from + length) out.setUint16(to, pairOfByte[bytes[i] as number] as number, true);
  return at + 2 * length;
}

/** Reads `length` bytes from the digits at `at` into `out[to…]`. False: some of them aren't lower-case hex digits. */
export function decodeHex(text: DataView, at: number, length: number, out: Uint8Array, to: number): boolean {
  let seen = 0;
  for (let i = 0; i < length; i++) {
    const byte = byteOfPair[text.getUint16(at + 2 * i, true)] as number;
    seen |= byte;
    out[to + i] = byte;
  }
  return seen < NOT_HEX;
}
