import { fitWidths, GAP, type TextColumn, wantedWidths } from "./text-table.ts";

/** A column that may have to give way. */
export interface RankedColumn extends TextColumn {
  /** 0: it is never left out. Of the others, those with the highest rank go first. */
  readonly rank: number;
  /** The width to which its texts may be cut; without it, they are never cut. */
  readonly least?: number;
}

/** The columns that have room. */
export interface ChosenColumns {
  /** Their indexes, in order, with their widths. */
  readonly shown: readonly number[];
  readonly widths: readonly number[];
  /** The titles of those that have none. */
  readonly omitted: readonly string[];
}

/**
 * Chooses columns for a width. Whole columns give way before a number or a key is cut, and texts are cut as far as they may
 * before a column gives way. Cells must be visible text, without the titles.
 */
export function chooseColumns(
  columns: readonly RankedColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): ChosenColumns {
  const wanted = wantedWidths([columns.map(({ title }) => title), ...rows], columns.length);
  const least = wanted.map((one, i) => Math.min(one, columns[i]?.least ?? one));
  const shown = columns.map((_, i) => i);
  const isTooWide = (): boolean => shown.reduce((sum, i) => sum + (least[i] ?? 0) + GAP, -GAP) > width;
  while (isTooWide()) {
    const last = shown.reduce((worst, i) => (rankOf(columns, i) >= rankOf(columns, worst) ? i : worst), shown[0] ?? 0);
    if (rankOf(columns, last) === 0) break;
    shown.splice(shown.indexOf(last), 1);
  }
  const [wants, leasts] = [shown.map((i) => wanted[i] ?? 1), shown.map((i) => least[i] ?? 1)];
  // If not even those have room that are never left out, the line is cut as a whole.
  const widths = isTooWide() ? wants : fitWidths(wants, leasts, width);
  const omitted = columns.flatMap(({ title }, i) => (shown.includes(i) || title === "" ? [] : [title]));
  return { shown, widths, omitted };
}

function rankOf(columns: readonly RankedColumn[], i: number): number {
  return columns[i]?.rank ?? 0;
}
