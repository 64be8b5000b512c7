import { definition, displayColumns, wrap } from "../args/help/wrap.ts";

const GAP = 2;
/** The least width of a column, unless all of its cells are narrower. */
const NARROWEST = 8;
/** Longer words may be split. */
const LONG_WORD = 24;

/**
 * Returns the lines of a Markdown table with aligned columns. The widest columns are wrapped until it fits; a table
 * with too many columns becomes a list of its rows.
 */
export function markdownTableLines(
  lines: readonly string[],
  width: number,
  inline: (text: string) => string,
): string[] {
  const rows = lines
    .filter((line) => !/^\|(?:\s*:?-+:?\s*\|)+\s*$/.test(line))
    .map((line) => cellsOf(line).map(inline));
  const [head = [], ...body] = rows;
  const columns = Array.from({ length: Math.max(...rows.map((cells) => cells.length)) }, (_, i) =>
    rows.map((cells) => cells[i] ?? ""),
  );
  const widths = fittingWidths(columns, width - GAP * (columns.length - 1));
  if (widths === undefined)
    return body.flatMap((cells, i) => [...(i > 0 ? [""] : []), ...recordLines(head, cells, width)]);
  return rows.flatMap((cells) => rowLines(cells, widths));
}

/** Splits a row into cells. `|` inside a cell is written as `\|`. */
function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** Narrows the widest columns until all of them fit; undefined if that would split their words. */
function fittingWidths(columns: readonly (readonly string[])[], room: number): number[] | undefined {
  const widths = columns.map((cells) => Math.max(...cells.map(displayColumns)));
  const least = columns.map((cells, i) => Math.min(widths[i] ?? 0, Math.max(NARROWEST, longestWord(cells))));
  for (let total = sum(widths); total > room; total -= 1) {
    const widest = widestIndex(widths, least);
    if (widest < 0) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function longestWord(cells: readonly string[]): number {
  const words = cells.flatMap((cell) => cell.split(" "));
  return Math.min(LONG_WORD, Math.max(...words.map(displayColumns)));
}

/** The index of the widest column that can be narrowed, or -1. */
function widestIndex(widths: readonly number[], least: readonly number[]): number {
  let widest = -1;
  for (const [i, width] of widths.entries()) {
    if (width > (least[i] ?? 0) && width > (widths[widest] ?? 0)) widest = i;
  }
  return widest;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function rowLines(cells: readonly string[], widths: readonly number[]): string[] {
  const wrapped = widths.map((width, i) => wrap(cells[i] ?? "", width));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) => {
    const parts = wrapped.map((lines, i) => {
      const text = lines[row] ?? "";
      return text + " ".repeat(Math.max(0, (widths[i] ?? 0) - displayColumns(text)));
    });
    return parts.join(" ".repeat(GAP)).trimEnd();
  });
}

/** A row as lines of `head: cell`. */
function recordLines(head: readonly string[], cells: readonly string[], width: number): string[] {
  const column = Math.min(Math.max(...head.map(displayColumns)) + 2, Math.floor(width / 2));
  return cells.flatMap((cell, i) => (cell === "" ? [] : definition(`${head[i] ?? ""}:`, cell, { width, column })));
}
