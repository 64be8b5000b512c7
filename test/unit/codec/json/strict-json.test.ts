import { describe, expect, test } from "vitest";
import { jsonFloat, losslessJsonString, strictJsonString } from "../../../../src/codec/json/strict-json.ts";

describe("strings", () => {
  test.each<[text: string, strict: string, lossless: string]>([
    ["plain", '"plain"', '"plain"'],
    ['quo"te\\', '"quo\\"te\\\\"', '"quo\\"te\\\\"'],
    ["\u0000\u001b\n", '"\\u0000\\u001b\\n"', '"\\u0000\\u001b\\n"'],
    ["\u007f\u0085\u009f", '"\\u007f\\u0085\\u009f"', '"\\u007f\\u0085\\u009f"'],
    ["\u2028\u202e\u2066\u200f", '"\\u2028\\u202e\\u2066\\u200f"', '"\\u2028\\u202e\\u2066\\u200f"'],
    ["é€😀", '"é€😀"', '"é€😀"'],
    ["\udce9x", '"\ufffdx"', '"\\udce9x"'],
    ["\ud83d", '"\ufffd"', '"\\ud83d"'],
    ["", '""', '""'],
  ])("%j", (text, strict, lossless) => {
    expect(strictJsonString(text)).toBe(strict);
    expect(losslessJsonString(text)).toBe(lossless);
    expect(JSON.parse(losslessJsonString(text))).toBe(text);
  });

  test("have nothing that a terminal may act on", () => {
    for (let code = 0; code < 0x2100; code++) {
      const json = strictJsonString(String.fromCharCode(code));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
      expect(json).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/);
    }
  });
});

test.each<[value: number, json: string]>([
  [1.5, "1.5"],
  [-0, "-0"],
  [0, "0"],
  [1e300, "1e+300"],
  [5e-324, "5e-324"],
  [Number.NaN, '"NaN"'],
  [Number.POSITIVE_INFINITY, '"Infinity"'],
  [Number.NEGATIVE_INFINITY, '"-Infinity"'],
])("the float %d is %s", (value, json) => {
  expect(jsonFloat(value)).toBe(json);
});
