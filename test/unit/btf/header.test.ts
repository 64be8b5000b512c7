import { describe, expect, test } from "vitest";
import { parseBtfHeader } from "../../../src/btf/header.ts";

/** A header of these words behind magic, version and flags, and as many bytes as `size` says. */
function header(words: readonly number[], { littleEndian = true, size = 100, version = 1 } = {}): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xeb9f, littleEndian);
  view.setUint8(2, version);
  words.forEach((word, i) => {
    view.setUint32(4 + 4 * i, word, littleEndian);
  });
  return bytes;
}

describe.each([true, false])("a header with littleEndian %j", (littleEndian) => {
  test.each([
    [
      [24, 0, 12, 12, 5],
      { types: { start: 24, end: 36 }, strings: { start: 36, end: 41 }, layout: { start: 24, end: 24 } },
    ],
    [
      [32, 4, 8, 12, 5, 0, 4],
      { types: { start: 36, end: 44 }, strings: { start: 44, end: 49 }, layout: { start: 32, end: 36 } },
    ],
  ])("%j", (words, sections) => {
    expect(parseBtfHeader(header(words, { littleEndian }), "BTF")).toEqual({ littleEndian, ...sections });
  });
});

test.each([
  ["too short", new Uint8Array(23), "read BTF: at byte 0: the header needs 24 bytes, got 23"],
  ["no magic number", header([0]).fill(7), "the magic number is missing (not BTF?)"],
  [
    "gzip",
    header([])
      .fill(0)
      .map((_, i) => [0x1f, 0x8b][i] ?? 0),
    "(compressed: decompress it with gzip -d first)",
  ],
  [
    "xz",
    header([]).map((_, i) => [0xfd, 0x37, 0x7a, 0x58, 0x5a][i] ?? 0),
    "(compressed: decompress it with xz -d first)",
  ],
  [
    "zstd",
    header([]).map((_, i) => [0x28, 0xb5, 0x2f, 0xfd][i] ?? 0),
    "(compressed: decompress it with zstd -d first)",
  ],
  ["another version", header([24], { version: 2 }), "at byte 2: version 2 is not known (known: 1)"],
  ["a header longer than the bytes", header([101]), "at byte 4: a header of 101 bytes in 100 bytes of BTF"],
  ["a header shorter than any", header([20]), "a header of 20 bytes"],
  ["types behind the end", header([24, 0, 77, 0, 0]), "at byte 8: the type section ends at byte 101 of 100"],
  ["strings behind the end", header([24, 0, 0, 0xffffffff, 0xffffffff]), "at byte 16: the string section ends at byte"],
  ["types that are not aligned", header([24, 2, 12, 20, 5]), "at byte 26: a section is not aligned to 4 bytes"],
])("%s is refused", (_, bytes, message) => {
  expect(() => parseBtfHeader(bytes, "BTF")).toThrow(message);
});
