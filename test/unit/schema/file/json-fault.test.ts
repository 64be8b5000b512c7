import { expect, test } from "vitest";
import { jsonFault } from "../../../../src/schema/file/json-fault.ts";
import { Random } from "../../../helpers/random.ts";

test.each([
  ["root:x\nfoo", 0],
  ['{"a":1,\n "b": x}', 14],
  ['{"a":1,\n "b": ', 14],
  ["192.168.1.55/32", 0],
  ["10.0.0.1", 0],
  ["01", 0],
  ["-", 0],
  ["1 2", 2],
  ["", 0],
  ["  ", 2],
  ["[1,]", 3],
  ["[,1]", 1],
  ["[1", 2],
  ["[1}", 2],
  ['{"a"}', 4],
  ['{"a":1,}', 7],
  ["{1:2}", 1],
  ['{"a":1]', 6],
  ['"a', 0],
  ['"\n"', 0],
  ['"\\x"', 0],
  ["'a'", 0],
  ["True", 0],
  ["[nulll]", 1],
  ["]", 0],
  ["\u00a01", 0],
])("%j stops being JSON at %i", (text, at) => {
  expect(jsonFault(text)).toBe(at);
});

test.each(["1", " [ ] ", '{"a":[1,-2.5e+3,{}],"":null}', '"\\u00e9\\"\u007f\u2028"', "-0", "true", "[[],[{}]]"])(
  "%j is JSON",
  (text) => {
    expect(jsonFault(text)).toBeUndefined();
  },
);

test("finds fault with the texts that JSON.parse refuses, and with no others", () => {
  const random = new Random(7);
  const parts = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"a"',
    '"',
    "1",
    "-",
    "0",
    ".5",
    "e3",
    "true",
    "nul",
    " ",
    "\n",
    "\\",
    "\u0001",
  ];
  let valid = 0;
  for (let i = 0; i < 20_000; i++) {
    const text = Array.from({ length: 1 + random.below(6) }, () => parts[random.below(parts.length)]).join("");
    const isValid = parses(text);
    if (isValid) valid += 1;
    expect({ text, isValid: jsonFault(text) === undefined }).toEqual({ text, isValid });
  }
  expect(valid).toBeGreaterThan(100);
});

test("takes linear time on deep and long texts", () => {
  expect(jsonFault("[".repeat(200_000))).toBe(200_000);
  expect(jsonFault(`"${"a".repeat(1_000_000)}`)).toBe(0);
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
