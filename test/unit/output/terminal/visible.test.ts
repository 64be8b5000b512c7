import { describe, expect, test } from "vitest";
import { textFromBytes } from "../../../../src/bytes.ts";
import { cutToWidth, displayWidth, visible } from "../../../../src/output/terminal/visible.ts";

test.each<[string, string, string]>([
  ["plain text", "plain text", "plain text"],
  ["a title for the terminal", "\u001b]0;x\u0007", "\\e]0;x\\x07"],
  ["colours", "\u001b[31mred", "\\e[31mred"],
  ["lines", "a\nb\r\tc", "a\\nb\\r\\tc"],
  ["NUL and DEL", "\u0000\u007f", "\\x00\\x7f"],
  ["C1, which some terminals obey", "\u009b31m", "\\x9b31m"],
  ["text turned round", "\u202eabc\u2066", "\\u202eabc\\u2066"],
  ["what has no width", "a\u200bb\ufeff\u00ad", "a\\u200bb\\ufeff\\xad"],
  ["lines of Unicode", "\u2028\u2029", "\\u2028\\u2029"],
  ["tags", "\u{e0041}", "\\u{e0041}"],
  ["bytes that aren't UTF-8", textFromBytes(Uint8Array.of(0x61, 0xff, 0xc3)), "a\\xff\\xc3"],
  ["a lone surrogate", "\ud800", "\\ud800"],
  ["other languages", "é 日本 😀", "é 日本 😀"],
  ["backslashes", "a\\e", "a\\e"],
])("%s", (_, text, expected) => {
  expect(visible(text)).toBe(expected);
});

test("no code point gets through that a terminal may obey", () => {
  for (let code = 0; code < 0x3000; code++) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(visible(String.fromCharCode(code))).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  }
});

describe("width", () => {
  test.each<[string, number]>([
    ["", 0],
    ["abc", 3],
    ["日本", 4],
    ["é", 1],
    ["e\u0301", 1],
    ["😀", 2],
    ["ａ", 2],
  ])("%s", (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  test.each<[string, number, string]>([
    ["abc", 3, "abc"],
    ["abcd", 3, "ab…"],
    ["日本語", 5, "日本…"],
    ["日本語", 4, "日…"],
    ["abc", 1, "…"],
    ["abc", 0, ""],
  ])("%s in %i", (text, columns, cut) => {
    expect(cutToWidth(text, columns)).toBe(cut);
    expect(displayWidth(cut)).toBeLessThanOrEqual(columns);
  });
});
