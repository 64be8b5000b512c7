import { describe, expect, test } from "vitest";
import { isPlain, quotedPart, yamlNumber } from "../../../../src/output/rows/yaml-scalars.ts";

describe("strings that need no quotes", () => {
  test.each([
    ...["sh", "nginx", "value.packets", "value.slots[3]", "sum(value.n)", "/usr/bin/curl", "a b", "é", "_x", "a-b"],
    ...["a+b", "user@host", "10.0.0.1", "192.168.0.0/16", "中文", "x1"],
  ])("%s", (text) => {
    expect(isPlain(text)).toBe(true);
  });
});

describe("strings that need some", () => {
  test.each([
    ...[
      "",
      " ",
      " a",
      "a ",
      "a  b",
      "-",
      "-a",
      "?",
      ":",
      "a:",
      "a: b",
      "#",
      "a #b",
      "[a",
      "{a",
      "'a",
      '"a',
      "&a",
      "*a",
    ],
    ...["!a", "|", ">", "%a", "@a", "`a", "=", "<<", "~", "a\nb", "a\tb", "a,b"],
    ...["y", "N", "yes", "NO", "on", "Off", "true", "FALSE", "null", "Null"],
    ...["1", "-1", "+1", ".5", "1.5", "1e5", "0x1f", "0777", "0o7", "0b1", "1_000", "1:30", ".inf", ".NaN"],
    ...["2024-01-01", "1.2.3", "1.2.3.4.5", "fe80::1", "02:00:00:00:00:01", "9lives"],
  ])("%j", (text) => {
    expect(isPlain(text)).toBe(false);
  });
});

test.each([
  ["plain", "plain"],
  ['a\\"b', 'a\\"b'],
  ["\u007f", "\\u007f"],
  ["\u0085\u2028", "\\u0085\\u2028"],
  ["\u202e\ufeff", "\\u202e\\ufeff"],
  ["\u{e0001}", "\\U000e0001"],
  ["\ufffe\uffff", "\\ufffe\\uffff"],
  ["é中😀", "é中😀"],
])("the inside of a JSON string %j is %s", (content, text) => {
  expect(quotedPart(content)).toBe(text);
});

test.each([
  ["1", "1"],
  ["-0.5", "-0.5"],
  ["1e+300", "1.0e+300"],
  ["-5e-7", "-5.0e-7"],
  ["1.5e+200", "1.5e+200"],
  ["18446744073709551615", "18446744073709551615"],
])("the number %s is %s", (json, yaml) => {
  expect(yamlNumber(json)).toBe(yaml);
});
