import { describe, expect, test } from "vitest";
import { bytesFromText, replaceInvalid, roundUp8, textFromBytes, viewOf } from "../../src/bytes.ts";
import { Random } from "../helpers/random.ts";

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

describe("bytes as text, and back", () => {
  test.each<[string, hex: string, text: string, replaced: string]>([
    ["nothing", "", "", ""],
    ["ASCII", "00617f", "\0a\u007f", "\0a\u007f"],
    ["two bytes", "c280dfbf", "\u0080\u07ff", "\u0080\u07ff"],
    ["three bytes", "e0a080ed9fbfee8080efbfbf", "\u0800\ud7ff\ue000\uffff", "\u0800\ud7ff\ue000\uffff"],
    ["four bytes", "f0908080f48fbfbf", "\u{10000}\u{10ffff}", "\u{10000}\u{10ffff}"],
    ["a byte order mark", "efbbbf", "\ufeff", "\ufeff"],
    ["U+FFFD itself", "efbfbd", "\ufffd", "\ufffd"],
    ["U+FFFD and what is none", "efbfbdff", "\ufffd\udcff", "\ufffd\ufffd"],
    ["a byte that continues nothing", "8061", "\udc80a", "\ufffda"],
    ["overlong forms", "c0afc1bf", "\udcc0\udcaf\udcc1\udcbf", "\ufffd\ufffd\ufffd\ufffd"],
    ["overlong forms of three bytes", "e09fbf", "\udce0\udc9f\udcbf", "\ufffd\ufffd\ufffd"],
    ["overlong forms of four bytes", "f08fbfbf", "\udcf0\udc8f\udcbf\udcbf", "\ufffd\ufffd\ufffd\ufffd"],
    ["surrogates", "eda080", "\udced\udca0\udc80", "\ufffd\ufffd\ufffd"],
    ["what is past Unicode", "f4908080", "\udcf4\udc90\udc80\udc80", "\ufffd\ufffd\ufffd\ufffd"],
    ["a sequence that is cut at the end", "61e4b8", "a\udce4\udcb8", "a\ufffd"],
    ["a sequence that another character cuts", "e4b861", "\udce4\udcb8a", "\ufffda"],
    ["a sequence of four bytes that is cut", "f09f98", "\udcf0\udc9f\udc98", "\ufffd"],
  ])("%s", (_, hex, text, replaced) => {
    expect(textFromBytes(bytes(hex))).toBe(text);
    expect(Buffer.from(bytesFromText(text)).toString("hex")).toBe(hex);
    expect(replaceInvalid(text)).toBe(replaced);
  });

  test("random bytes come back, and are replaced as every decoder does", () => {
    const random = new Random(3);
    for (let round = 0; round < 3000; round++) {
      const from = Uint8Array.from({ length: random.below(12) }, () =>
        random.pick([0x61, 0x80, 0xbf, 0xc3, 0xa9, 0xe0, 0xed, 0xa0, 0xef, 0xf0, 0x90, 0xf4, 0x8f, 0xff]),
      );
      const text = textFromBytes(from);
      expect(Buffer.from(bytesFromText(text))).toEqual(Buffer.from(from));
      expect(replaceInvalid(text)).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(from));
    }
  });
});

test.each([
  [0, 0],
  [1, 8],
  [8, 8],
  [9, 16],
  [2 ** 32, 2 ** 32],
  [2 ** 32 + 1, 2 ** 32 + 8],
])("%d bytes take %d in a map for each CPU", (size, stride) => {
  expect(roundUp8(size)).toBe(stride);
});

test("a view has the same bytes, and no others", () => {
  const part = Uint8Array.of(1, 2, 3, 4, 5).subarray(1, 3);
  expect([viewOf(part).byteLength, viewOf(part).getUint16(0, true)]).toEqual([2, 0x0302]);
});
