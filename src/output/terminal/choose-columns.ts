import { fitWidths, GAP, type TextColumn, wantedWidths } from "./text-table.ts";
import { visible } from "./visible.ts";

/** A column that may have to give way. */
export interface RankedColumn extends TextColumn {
  /** 0: it is never left out. Of the others, those with the highest rank go first. */
  readonly rank: number;
  /** Its name in the list of columns without room, if its title says nothing without the column before it. */
  readonly name?: string;
  /** The width to which its texts may be cut; without it, they are never cut. */
  readonly least?: number;
}

/** The columns that have room. */
export interface ChosenColumns {
  /** Their indexes, in order, with their widths. */
  readonly shown: readonly number[];
  readonly widths: readonly number[];
  /** The names of those that have none, those that would be the next to have some first. */
  readonly omitted: readonly string[];
}

/**
 * Chooses columns for a width. Whole columns give way before a number or a key is cut, and texts are cut as far as they
 * may before a column gives way. Cells must be visible text, without the titles.
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
  return { shown, widths, omitted: namesByRank(columns.filter((_, i) => !shown.includes(i))) };
}

/** Returns the names of columns, those that give way last first. Those without a title are decoration. */
export function namesByRank(columns: readonly RankedColumn[]): string[] {
  const named = columns.filter(({ title }) => title !== "");
  return named.sort((a, b) => a.rank - b.rank).map(({ title, name = title }) => visible(name));
}

function rankOf(columns: readonly RankedColumn[], i: number): number {
  return columns[i]?.rank ?? 0;
}
