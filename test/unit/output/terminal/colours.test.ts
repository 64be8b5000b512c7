import { expect, test } from "vitest";
import { type Mark, markColour, terminalColours } from "../../../../src/output/terminal/colours.ts";
import { guardTerminal } from "../../../../src/output/terminal/terminal-guard.ts";

test.each<[Mark, string]>([
  ["+", "\u001b[32m+\u001b[39m"],
  ["~", "\u001b[35m\u001b[1m~\u001b[22m\u001b[39m"],
  ["-", "\u001b[31m-\u001b[39m"],
])("%s has a colour that the guard of the terminal lets pass", (mark, expected) => {
  const text = markColour(terminalColours(true), mark)(mark);
  expect(text).toBe(expected);
  expect(Buffer.from(guardTerminal(Buffer.from(text), true)).toString()).toBe(text);
});

test("without colours nothing is added", () => {
  const plain = terminalColours(false);
  expect(plain.bold("x") + markColour(plain, "-")("y")).toBe("xy");
});
