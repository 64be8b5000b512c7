import { omittedLine } from "../terminal/bars.ts";
import { chooseColumns } from "../terminal/choose-columns.ts";
import { terminalColours } from "../terminal/colours.ts";
import { tableLines } from "../terminal/text-table.ts";
import { visible } from "../terminal/visible.ts";
import type { MeasuredMap } from "./stats.ts";
import { columnsFor } from "./stats-columns.ts";

export interface StatsTableOptions {
  /** Columns of the terminal; undefined where nothing limits them. */
  readonly width: number | undefined;
  readonly color: boolean;
  /** Tells whether a map is too full; then its share is red. */
  readonly isTooFull: (stats: MeasuredMap) => boolean;
}

/** Returns maps as the lines of a table. A last line names the columns for which there is no room. */
export function statsTable(all: readonly MeasuredMap[], { width, color, isTooFull }: StatsTableOptions): string[] {
  const colours = terminalColours(color);
  // Owners are looked up where they are asked for: they are the last to give way.
  const columns = columnsFor(all, false).map((one) => (one.fact === "owners" ? { ...one, rank: 1 } : one));
  const cells = all.map((stats) => columns.map(({ text }) => visible(text(stats))));
  const { shown, widths, omitted } = chooseColumns(columns, cells, width ?? Number.POSITIVE_INFINITY);
  const chosen = shown.flatMap((i) => columns[i] ?? []);
  const full = chosen.findIndex(({ fact }) => fact === "ratio");
  const paint = (text: string, line: number, column: number): string => {
    if (line === 0) return colours.bold(text);
    const stats = column === full ? all[line - 1] : undefined;
    return stats !== undefined && isTooFull(stats) ? colours.red(text) : text;
  };
  const rows = [chosen.map(({ title }) => title), ...cells.map((row) => shown.map((i) => row[i] ?? ""))];
  const lines = tableLines(chosen, widths, rows, paint);
  return omitted.length === 0 ? lines : [...lines, omittedLine(omitted, width ?? 0)];
}
