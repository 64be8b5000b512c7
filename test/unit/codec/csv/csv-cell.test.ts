import { expect, test } from "vitest";
import { csvCell } from "../../../../src/codec/csv/csv-cell.ts";

test.each([
  ["", ""],
  ["a b", "a b"],
  ["'x'\t;", "'x'\t;"],
  ["a,b", '"a,b"'],
  ['"', '""""'],
  ['say "x"', '"say ""x"""'],
  ["a\nb", '"a\nb"'],
  ["a\rb", '"a\rb"'],
  ["é\udcff", "é\udcff"],
])("%j is %j", (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});
