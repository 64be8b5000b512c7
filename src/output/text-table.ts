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

/** The lines of a table under a head. Cells are made visible; what has no room is cut, or its column left out. */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  { width, paint = (text) => text }: TextTableOptions,
): string[] {
  const lines = [columns.map(({ title }) => title), ...rows].map((row) => row.map(visible));
  const wanted = columns.map((_, i) => lines.reduce((most, row) => Math.max(most, displayWidth(row[i] ?? "")), 0));
  const widths = width === undefined ? wanted : fittedWidths(wanted, width);
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

/** As many columns as have room at their narrowest, then the widest cut down until all fit; one at least. */
function fittedWidths(wanted: readonly number[], width: number): number[] {
  let least = -GAP;
  const fitting = wanted.filter((one, i) => {
    least += Math.min(one, NARROWEST) + GAP;
    return i === 0 || least <= width;
  });
  const total = (): number => fitting.reduce((sum, one) => sum + one + GAP, -GAP);
  for (let excess = total() - width; excess > 0; excess = total() - width) {
    const widest = Math.max(...fitting);
    if (widest <= 1) break;
    fitting[fitting.indexOf(widest)] = Math.max(1, widest - Math.max(1, Math.floor(excess / fitting.length)));
  }
  return fitting;
}
