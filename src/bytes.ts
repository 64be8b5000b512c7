/**
 * Names in BTF, map names and paths are bytes to the kernel, and bpftool prints them as they are. Here they are
 * JavaScript strings that turn back into exactly the same bytes: valid UTF-8 decodes as usual, and each byte that
 * isn't part of a valid sequence becomes the lone surrogate U+DC00 + byte (as Python's "surrogateescape" does).
 */
export function textFromBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return text.includes("\ufffd") ? escapeInvalid(bytes) : text;
}

/** The bytes of a string made by {@link textFromBytes}; other strings give their UTF-8. */
export function bytesFromText(text: string): Uint8Array {
  if (!/[\udc80-\udcff]/.test(text)) return Buffer.from(text, "utf8");
  // Every second part is a run of them.
  const parts = text.split(/([\udc80-\udcff]+)/u);
  return Buffer.concat(parts.map((part, i) => (i % 2 === 0 ? Buffer.from(part, "utf8") : escapedBytes(part))));
}

function escapedBytes(escapes: string): Uint8Array {
  return Uint8Array.from(escapes, (one) => one.charCodeAt(0) - 0xdc00);
}

function escapeInvalid(bytes: Uint8Array): string {
  let text = "";
  let valid = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += decoded(bytes, valid, at) + String.fromCharCode(0xdc00 + (bytes[at] as number));
    at += 1;
    valid = at;
  }
  return text + decoded(bytes, valid, bytes.length);
}

function decoded(bytes: Uint8Array, from: number, to: number): string {
  return from === to ? "" : Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("utf8");
}

/** The length in bytes of the UTF-8 sequence at `at`; 0 where none is. Table 3-7 of the Unicode standard. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + length > bytes.length) return 0;
  const second = bytes[at + 1] as number;
  // Overlong forms, surrogates, and what lies past U+10FFFF.
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) if (((bytes[at + i] as number) & 0xc0) !== 0x80) return 0;
  return length;
}

/** Text made by {@link textFromBytes} as decoders of UTF-8 have it: U+FFFD for bytes that are part of no character. */
export function replaceInvalid(text: string): string {
  return /[\ud800-\udfff]/.test(text) ? Buffer.from(bytesFromText(text)).toString("utf8") : text;
}

/** `size` rounded up to a multiple of 8: how the kernel spaces the values of a per-CPU map. */
export function roundUp8(size: number): number {
  return Math.ceil(size / 8) * 8;
}

/** A DataView of the same bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
