import { describe, expect, test } from "vitest";
import { type ListForm, listWriter } from "../../../../src/codec/keys/list-writer.ts";
import { integerWriter } from "../../../../src/codec/keys/scalar-writer.ts";
import { TypeMismatch } from "../../../../src/codec/keys/type-mismatch.ts";

const CHARS: ListForm = { typeName: "char[4]", length: 4, size: 4, isText: true, isBytes: true };
const BYTES: ListForm = { ...CHARS, typeName: "u8[4]", isText: false };
const WORDS: ListForm = { typeName: "u16[2]", length: 2, size: 4, isText: false, isBytes: false };
const NONE: ListForm = { ...BYTES, length: 0, size: 0 };

function written(form: ListForm, value: unknown): string {
  const to = { bytes: new Uint8Array(form.size), written: new Uint8Array(form.size) };
  const width = form.length === 0 ? 8 : (form.size / form.length) * 8;
  listWriter(form, integerWriter("element", { offset: 0, shift: 0, width }, false))(to, 0, value);
  return Buffer.from(to.bytes).toString("hex");
}

test.each<[ListForm, value: unknown, hex: string]>([
  [CHARS, "ab", "61620000"],
  [CHARS, "abcd", "61626364"],
  [CHARS, "é", "c3a90000"],
  [CHARS, "\udce9", "e9000000"],
  [CHARS, "", "00000000"],
  [CHARS, [1, 2, 3, 4], "01020304"],
  [BYTES, Uint8Array.of(1, 2, 3, 255), "010203ff"],
  [WORDS, [1, 0xffff], "0100ffff"],
  [WORDS, Uint16Array.of(1, 2), "01000200"],
  [WORDS, ["1", 2n], "01000200"],
  [NONE, [], ""],
])("%#", (form, value, hex) => {
  expect(written(form, value)).toBe(hex);
});

describe("refuses", () => {
  test.each<[ListForm, value: unknown]>([
    [CHARS, "abcde"],
    [CHARS, "ééé"],
    [CHARS, [1, 2, 3]],
    [CHARS, Uint8Array.of(1)],
    [BYTES, "abcd"],
    [WORDS, [1, 2, 3]],
    [WORDS, new DataView(new ArrayBuffer(4))],
    [WORDS, { 0: 1, 1: 2, length: 2 }],
    [WORDS, null],
    [NONE, [1]],
  ])("%#", (form, value) => {
    expect(() => written(form, value)).toThrow(TypeMismatch);
  });

  test("an element by its index", () => {
    expect(() => written(WORDS, [1, 65_536])).toThrow(expect.objectContaining({ path: "[1]", typeName: "element" }));
  });
});
