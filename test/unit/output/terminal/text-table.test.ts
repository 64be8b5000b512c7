import { expect, test } from "vitest";
import { fitWidths, textTable } from "../../../../src/output/terminal/text-table.ts";

const COLUMNS = [{ title: "name" }, { title: "n", isRight: true }, { title: "what" }];
const ROWS = [
  ["a", "1", "short"],
  ["a long name", "1000", "this is a longer text"],
];

test("numbers stand to the right, and lines have no blanks at their end", () => {
  expect(textTable(COLUMNS, ROWS, { width: undefined })).toEqual([
    "name            n  what",
    "a               1  short",
    "a long name  1000  this is a longer text",
  ]);
});

test.each([1, 4, 9, 20, 30, 39, 40, 400])("fits %d columns", (width) => {
  for (const line of textTable(COLUMNS, ROWS, { width })) expect(line.length).toBeLessThanOrEqual(width);
});

test("a number is shown whole or not at all", () => {
  for (let width = 1; width < 40; width++) {
    const [, , line = ""] = textTable(COLUMNS, ROWS, { width });
    expect(line).toMatch(/ 1000(?: |$)|^[a …lonmge]*$/);
  }
});

test("what a terminal would obey is spelled out", () => {
  const [, line] = textTable([{ title: "x" }], [["\x1b]0;owned\x07"]], { width: undefined });
  expect(line).toBe("\\e]0;owned\\x07");
});

test("cells are painted when they have been cut", () => {
  const paint = (text: string, row: number, column: number): string =>
    row === 1 && column === 0 ? `\u001b[1m${text}\u001b[22m` : text;
  expect(textTable(COLUMNS, ROWS, { width: 20, paint })[2]).toBe("\u001b[1ma lon…\u001b[22m  1000  this …");
});

test.each<[readonly number[], readonly number[], number, readonly number[]]>([
  [[3, 3], [3, 3], 80, [3, 3]],
  [[10, 10], [8, 8], 22, [10, 10]],
  [[10, 10], [8, 8], 20, [9, 9]],
  [[40, 3], [8, 3], 20, [15, 3]],
  [[40, 20], [8, 20], 32, [10, 20]],
  [[40, 20], [8, 20], 29, [29]],
  [[40, 20, 3], [8, 8, 3], 30, [11, 12, 3]],
  [[40, 40, 40], [8, 8, 8], 18, [8, 8]],
  [[40], [40], 3, [3]],
  [[], [], 10, []],
])("widths %j, at least %j, in %i", (wanted, least, width, widths) => {
  expect(fitWidths(wanted, least, width)).toEqual(widths);
});
