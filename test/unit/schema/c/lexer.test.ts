import { expect, test } from "vitest";
import { declarationError, tokens } from "../../../../src/schema/c/lexer.ts";

const shown = (text: string): string[] =>
  tokens(text).map(({ kind, text: word, column }) => `${kind} ${word} ${column}`);

test.each([
  ["", ["end the end 1"]],
  ["struct a", ["name struct 1", "name a 8", "end the end 9"]],
  ["u8[0x1FuL]", ["name u8 1", "sign [ 3", "number 0x1FuL 4", "sign ] 10", "end the end 11"]],
  ["a /* b */ // c\n;", ["name a 1", "sign ; 16", "end the end 17"]],
  ['"Stat<u64>"[2]', ["quoted Stat<u64> 1", "sign [ 12", "number 2 13", "sign ] 14", "end the end 15"]],
  [
    "(*=-:,{})",
    [
      "sign ( 1",
      "sign * 2",
      "sign = 3",
      "sign - 4",
      "sign : 5",
      "sign , 6",
      "sign { 7",
      "sign } 8",
      "sign ) 9",
      "end the end 10",
    ],
  ],
])("%j", (text, expected) => {
  expect(shown(text)).toEqual(expected);
});

test.each([
  ["a<b", "read type 'a<b': column 2: unexpected \"<\""],
  ['"', 'column 1: unexpected "\\""'],
  ['""', 'column 1: unexpected "\\""'],
  ['"a\nb"', 'column 1: unexpected "\\""'],
  ["a\u2028b", undefined],
  ["/* open", "column 1: unexpected"],
  [" ".repeat(70_000), "column 1: longer than 65536 characters"],
])("%j is refused", (text, message) => {
  if (message === undefined) expect(shown(text)).toHaveLength(3);
  else expect(() => tokens(text)).toThrow(message);
});

test("an error shows the beginning of a long declaration", () => {
  const error = declarationError("x".repeat(100), 7, "no");
  expect(error).toMatchObject({ code: "TYPE_INVALID", details: { column: 7 } });
  expect(error.message).toBe(`read type '${"x".repeat(60)}…': column 7: no`);
});
