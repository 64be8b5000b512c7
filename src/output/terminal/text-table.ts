import Table from "cli-table3";
import { cutToWidth, displayWidth, visible } from "./visible.ts";

/** A column of a table whose cells are texts already. */
export interface TextColumn {
  readonly title: string;
  readonly isRight?: boolean;
}

/** Colours a cell that is cut already. Row -1 is the head. */
export type Paint = (text: string, row: number, column: number) => string;

export interface TextTableOptions {
  /** Columns of the terminal; undefined where nothing limits them. */
  readonly width: number | undefined;
  readonly paint?: Paint;
}

/** Blanks between two columns. */
export const GAP = 2;
/** The least that a column of text is narrowed to. */
const NARROWEST = 4;
/** Rows that are laid out together. The library's time for a row grows with their number. */
const CHUNK = 20;

/** The lines of a table under a head. Cells are made visible; a text that has no room is cut, or its column left out. */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  { width, paint }: TextTableOptions,
): string[] {
  const titles = columns.map(({ title }) => visible(title));
  const cells = rows.map((row) => row.map(visible));
  const wanted = wantedWidths([titles, ...cells], columns.length);
  const least = wanted.map((one, i) => (columns[i]?.isRight ? one : Math.min(one, NARROWEST)));
  const widths = width === undefined ? wanted : fitWidths(wanted, least, width);
  return tableLines(columns, widths, [titles, ...cells], (text, row, column) => paint?.(text, row - 1, column) ?? text);
}

/** For each column the room that its widest cell takes, and one for an empty column: the library has no narrower. */
export function wantedWidths(rows: readonly (readonly string[])[], columns: number): number[] {
  return Array.from({ length: columns }, (_, i) =>
    rows.reduce((most, row) => Math.max(most, displayWidth(row[i] ?? "")), 1),
  );
}

/** Rows as lines with columns of these widths. Cells are visible text; what is longer than its column is cut. */
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
    // Without these the library colours heads and borders by itself.
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colWidths: [...widths],
    colAligns: widths.map((_, i) => (columns[i]?.isRight ? "right" : "left")),
    wordWrap: false,
  });
}

/**
 * As many columns as fit into a width, each as wide as wanted if that is possible; else the widest are narrowed first,
 * none below its `least`. There is always one.
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
  // What is left goes to the last of those that were cut to the same width.
  for (let i = count - 1; i >= 0 && left > 0; i--) {
    if (narrowed[i] !== cap || (widths[i] ?? 0) <= cap) continue;
    narrowed[i] = cap + 1;
    left -= 1;
  }
  return narrowed.map((one) => Math.max(1, Math.min(one, width)));
}

/** The greatest width to which all columns that may be narrowed can be cut so that they fit. */
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
