import { cutToWidth, displayWidth, visible } from "./visible.ts";

/** A column of a table whose cells are texts already. */
export interface TextColumn {
  readonly title: string;
  readonly isRight?: boolean;
}

export interface TextTableOptions {
  /** Columns of the terminal; undefined where nothing limits them. */
  readonly width: number | undefined;
  /** Colours a cell that is cut and padded already. Row -1 is the head. */
  readonly paint?: (text: string, row: number, column: number) => string;
}

const GAP = 2;
const NARROWEST = 4;

/** The lines of a table under a head. Cells are made visible; a text that has no room is cut, or its column left out. */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  { width, paint = (text) => text }: TextTableOptions,
): string[] {
  const lines = [columns.map(({ title }) => title), ...rows].map((row) => row.map(visible));
  const wanted = columns.map((_, i) => lines.reduce((most, row) => Math.max(most, displayWidth(row[i] ?? "")), 0));
  const widths = width === undefined ? wanted : fittedWidths(columns, wanted, width);
  return lines.map((row, line) => {
    const cells = widths.map((room, i) => {
      const text = cutToWidth(row[i] ?? "", room);
      const blanks = " ".repeat(room - displayWidth(text));
      const padded = columns[i]?.isRight ? blanks + text : i === widths.length - 1 ? text : text + blanks;
      return paint(padded, line - 1, i);
    });
    return cells.join(" ".repeat(GAP)).trimEnd();
  });
}

/**
 * As many columns from the left as have room, then the widest texts cut down until all fit. A number is shown whole or
 * not at all, since a part of it looks like another one; but one column there is always.
 */
function fittedWidths(columns: readonly TextColumn[], wanted: readonly number[], width: number): number[] {
  const narrowest = wanted.map((one, i) => (columns[i]?.isRight ? one : Math.min(one, NARROWEST)));
  let least = -GAP;
  const beyond = narrowest.findIndex((one, i) => {
    least += one + GAP;
    return i > 0 && least > width;
  });
  const widths = wanted.slice(0, beyond < 0 ? undefined : beyond);
  let excess = widths.reduce((sum, one) => sum + one + GAP, -GAP) - width;
  while (excess > 0) {
    const slack = widths.map((one, i) => (one > (narrowest[i] ?? 0) ? one : 0));
    const widest = Math.max(...slack);
    if (widest === 0) break;
    const at = slack.indexOf(widest);
    const room = widest - (narrowest[at] ?? 0);
    const less = Math.min(room, Math.max(1, Math.floor(excess / widths.length)));
    widths[at] = widest - less;
    excess -= less;
  }
  return widths.length === 1 ? [Math.min(widths[0] ?? 0, width)] : widths;
}
