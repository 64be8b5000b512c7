import { expect, test } from "vitest";
import { chooseColumns, type RankedColumn } from "../../../../src/output/terminal/choose-columns.ts";

const COLUMNS: readonly RankedColumn[] = [
  { title: "address", rank: 0 },
  { title: "text", rank: 2, least: 4 },
  { title: "packets", rank: 1, isRight: true },
  { title: "bytes", rank: 3, isRight: true },
];
const ROWS = [["10.77.0.100", "a long text", "1234567890", "99"]];

test.each([
  { width: 100, shown: [0, 1, 2, 3], widths: [11, 11, 10, 5], omitted: [] },
  { width: 43, shown: [0, 1, 2, 3], widths: [11, 11, 10, 5], omitted: [] },
  { width: 40, shown: [0, 1, 2, 3], widths: [11, 8, 10, 5], omitted: [] },
  { width: 35, shown: [0, 1, 2], widths: [11, 10, 10], omitted: ["bytes"] },
  { width: 28, shown: [0, 2], widths: [11, 10], omitted: ["text", "bytes"] },
  { width: 20, shown: [0], widths: [11], omitted: ["packets", "text", "bytes"] },
  { width: 5, shown: [0], widths: [11], omitted: ["packets", "text", "bytes"] },
])("$width columns", ({ width, ...chosen }) => {
  expect(chooseColumns(COLUMNS, ROWS, width)).toEqual(chosen);
});
