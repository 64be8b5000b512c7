import Table from "cli-table3";
import { cutToWidth, displayWidth, visible } from "./visible.ts";

/** A column of a table of texts. */
export interface TextColumn {
  readonly title: string;
  readonly isRight?: boolean;
  /** The width to which its cells may be narrowed, where that is not the usual one. */
  readonly least?: number;
}

/** Colours a cell that has been cut to its column. Row -1 is the head. */
export type Paint = (text: string, row: number, column: number) => string;

export interface TextTableOptions {
  /** Columns of the terminal; undefined where nothing limits them. */
  readonly width: number | undefined;
  readonly paint?: Paint;
  /** Told the titles of columns that are left out, if any are. */
  readonly omitted?: (titles: readonly string[]) => void;
}

/** Blanks between two columns. */
export const GAP = 2;
/** The least width to which a column of text is narrowed. */
const NARROWEST = 4;
/** The number of rows that are laid out together: the library's time for a row grows with it. */
const CHUNK = 20;

/**
 * Returns the lines of a table with a head. Cells are made visible; texts without room are cut, or their column left
 * out.
 */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  { width, paint, omitted }: TextTableOptions,
): string[] {
  const titles = columns.map(({ title }) => visible(title));
  const cells = rows.map((row) => row.map(visible));
  const wanted = wantedWidths([titles, ...cells], columns.length);
  const least = wanted.map((one, i) => Math.min(one, columns[i]?.least ?? (columns[i]?.isRight ? one : NARROWEST)));
  const widths = width === undefined ? wanted : fitWidths(wanted, least, width);
  if (widths.length < titles.length) omitted?.(titles.slice(widths.length));
  return tableLines(columns, widths, [titles, ...cells], (text, row, column) => paint?.(text, row - 1, column) ?? text);
}

/** Returns the width of each column's widest cell, at least 1: the library has no narrower columns. */
export function wantedWidths(rows: readonly (readonly string[])[], columns: number): number[] {
  return Array.from({ length: columns }, (_, i) =>
    rows.reduce((most, row) => Math.max(most, displayWidth(row[i] ?? "")), 1),
  );
}

/** Returns rows as lines with columns of the given widths. Cells must be visible text; longer ones are cut. */
export function tableLines(
  columns: readonly TextColumn[],
  widths: readonly number[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string[] {
  const lines: string[] = [];
  for (let from = 0; from < rows.length; from += CHUNK) {
    const table = plainTable(columns, widths);
    for (const [i, row] of rows.slice(from, from + CHUNK).entries()) {
      table.push(widths.map((room, column) => paint(cutToWidth(row[column] ?? "", room), from + i, column)));
    }
    for (const line of table.toString().split("\n")) lines.push(line.trimEnd());
  }
  return lines;
}

const NO_BORDERS = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "" },
  ...{ bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" },
  ...{ left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "" },
  middle: " ".repeat(GAP),
};

function plainTable(columns: readonly TextColumn[], widths: readonly number[]): InstanceType<typeof Table> {
  return new Table({
    chars: NO_BORDERS,
    // By default the library colours heads and borders.
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colWidths: [...widths],
    colAligns: widths.map((_, i) => (columns[i]?.isRight ? "right" : "left")),
    wordWrap: false,
  });
}

/**
 * Returns the widths of as many columns as fit into `width`: those wanted if possible, else the widest are narrowed
 * first, none below its `least`. There is always at least one column.
 */
export function fitWidths(wanted: readonly number[], least: readonly number[], width: number): number[] {
  let count = 0;
  for (let used = -GAP; count < wanted.length; count++) {
    used += (least[count] ?? 0) + GAP;
    if (used > width && count > 0) break;
  }
  const widths = wanted.slice(0, count);
  const room = width - GAP * (count - 1);
  const cap = widestThatFits(widths, least, room);
  const narrowed = widths.map((one, i) => Math.min(one, Math.max(cap, least[i] ?? 0)));
  let left = room - total(narrowed);
  // Columns that are left over go to the last of those cut to the same width.
  for (let i = count - 1; i >= 0 && left > 0; i--) {
    if (narrowed[i] !== cap || (widths[i] ?? 0) <= cap) continue;
    narrowed[i] = cap + 1;
    left -= 1;
  }
  return narrowed.map((one) => Math.max(1, Math.min(one, width)));
}

/** Returns the largest width to which the columns can be cut so that all fit. */
function widestThatFits(widths: readonly number[], least: readonly number[], room: number): number {
  let [low, high] = [0, Math.max(0, ...widths)];
  while (low < high) {
    const cap = Math.ceil((low + high) / 2);
    if (total(widths.map((one, i) => Math.min(one, Math.max(cap, least[i] ?? 0)))) <= room) low = cap;
    else high = cap - 1;
  }
  return low;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, one) => sum + one, 0);
}
