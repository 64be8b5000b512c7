import { describe, expect, test } from "vitest";
import { parseBtfExt } from "../../../src/btf/ext.ts";
import { StringTable } from "../../../src/btf/string-table.ts";

/** Offsets: xdp 1, a.c 5, text 9, 0:1 14. */
const STRINGS = new StringTable(Buffer.from("\0xdp\0a.c\0text\x000:1\0", "latin1"), undefined);

/** A section of 32-bit words behind a header of eight: functions, lines, relocations. */
function section(littleEndian: boolean, parts: readonly (readonly number[])[], headerWords = 8): Uint8Array {
  const words: number[] = [0, 4 * headerWords];
  let at = 0;
  for (const part of parts) {
    words.push(at, 4 * part.length);
    at += 4 * part.length;
  }
  const bytes = new Uint8Array(4 * (headerWords + at / 4));
  const view = new DataView(bytes.buffer);
  for (const [index, word] of [...words, ...parts.flat()].entries()) view.setUint32(4 * index, word, littleEndian);
  view.setUint16(0, 0xeb9f, littleEndian);
  view.setUint8(2, 1);
  view.setUint8(3, 0);
  return bytes;
}

const FUNCTIONS = [8, 1, 2, 0, 3, 16, 4];
const LINES = [16, 1, 2, 0, 5, 9, (12 << 10) | 7, 8, 5, 9, (13 << 10) | 1];
const RELOCATIONS = [16, 1, 1, 8, 3, 14, 0];

describe.each([
  ["little-endian", true],
  ["big-endian", false],
])("%s", (_, littleEndian) => {
  test("functions, lines and relocations by section", () => {
    const ext = parseBtfExt(section(littleEndian, [FUNCTIONS, LINES, RELOCATIONS]), STRINGS);
    expect(ext.functions.get("xdp")).toEqual([
      { offset: 0, typeId: 3 },
      { offset: 16, typeId: 4 },
    ]);
    expect(ext.lines.get("xdp")).toEqual([
      { offset: 0, file: 5, text: 9, line: 12, column: 7 },
      { offset: 8, file: 5, text: 9, line: 13, column: 1 },
    ]);
    expect(ext.relocations.get("xdp")).toEqual([{ offset: 8, typeId: 3, access: 14, kind: 0 }]);
  });

  test("records longer than known are read as far as they are known", () => {
    const lines = [20, 1, 1, 0, 5, 9, (12 << 10) | 7, 0xffffffff];
    expect(parseBtfExt(section(littleEndian, [[], lines, []]), STRINGS).lines.get("xdp")).toHaveLength(1);
  });

  test("a header of before relocations", () => {
    const ext = parseBtfExt(section(littleEndian, [FUNCTIONS, LINES], 6), STRINGS);
    expect(ext.lines.get("xdp")).toHaveLength(2);
    expect(ext.relocations.size).toBe(0);
  });
});

test.each([
  ["too short for a header", new Uint8Array(23), "the header needs 24 bytes, got 23"],
  ["no magic number", new Uint8Array(32), "the magic number is missing"],
  ["a version that isn't known", changed(2, 9), "version 9 is not known"],
  ["a header longer than all", changed(4, 0xff), "a header of 255 bytes"],
  ["a part that ends behind the end", changed(20, 0xff), "a part ends at byte"],
  ["records too small", section(true, [[4, 1, 0], [], []]), "records of 4 bytes where 8 are needed"],
  [
    "more records than there is room for",
    section(true, [[8, 1, 0x40000000, 0, 3], [], []]),
    "records of 8 bytes where",
  ],
  ["records that aren't whole words", section(true, [[9, 1, 1, 0, 3], [], []]), "records of 9 bytes"],
])("%s", (_, bytes, problem) => {
  expect(() => parseBtfExt(bytes, STRINGS)).toThrow(
    expect.objectContaining({ code: "BTF_INVALID", message: expect.stringContaining(problem) }),
  );
});

function changed(at: number, value: number): Uint8Array {
  const bytes = section(true, [FUNCTIONS, LINES, RELOCATIONS]);
  bytes[at] = value;
  return bytes;
}
