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
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes[at] ?? 0);
    try {
      if (length === 0 || at + length > bytes.length) throw new RangeError("no sequence starts here");
      text += strict.decode(bytes.subarray(at, at + length));
      at += length;
    } catch {
      text += String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
      at += 1;
    }
  }
  return text;
}

/** How many bytes a UTF-8 sequence with this first byte has; 0 where none can start. */
function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

/** `size` rounded up to a multiple of 8: how the kernel spaces the values of a per-CPU map. */
export function roundUp8(size: number): number {
  return Math.ceil(size / 8) * 8;
}

/** A DataView of the same bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
