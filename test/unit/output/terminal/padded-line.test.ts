import { expect, test } from "vitest";
import { paddedLine } from "../../../../src/output/terminal/padded-line.ts";
import { type TextColumn, tableLines } from "../../../../src/output/terminal/text-table.ts";

const COLUMNS: readonly TextColumn[] = [{ title: "name" }, { title: "bytes", isRight: true }, { title: "last" }];
const WIDTHS = [6, 4, 5];
const ROWS = [
  ["eth0", "17", "yes"],
  ["a name that is cut", "12345", ""],
  ["\u65e5\u672c\u8a9e\u8a9e", "", "e\u0301t\u00e9"],
  ["", "1", " x "],
];

test.each(ROWS)("a line is what the library makes of the row: %s, %s, %s", (...row) => {
  const [line] = tableLines(COLUMNS, WIDTHS, [row], (text) => text);
  expect(paddedLine(COLUMNS, WIDTHS, row)).toBe(line);
});

test("a colour takes no room, and is put around what is left of a cell that is cut", () => {
  const red = (text: string, column: number): string => (column === 1 ? `\u001b[31m${text}\u001b[39m` : text);
  expect(paddedLine(COLUMNS, WIDTHS, ["eth0", "12345", "x"], red)).toBe("eth0    \u001b[31m123\u2026\u001b[39m  x");
});

test("cells that a row doesn't have are blank", () => {
  expect(paddedLine(COLUMNS, WIDTHS, ["eth0", "1"])).toBe("eth0       1");
});
