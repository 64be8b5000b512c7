import { chooseColumns } from "../terminal/choose-columns.ts";
import { terminalColours } from "../terminal/colours.ts";
import { tableLines } from "../terminal/text-table.ts";
import { cutToWidth, visible } from "../terminal/visible.ts";
import type { MapStats } from "./stats.ts";
import { columnsFor } from "./stats-columns.ts";

export interface StatsTableOptions {
  /** Columns of the terminal; undefined where nothing limits them. */
  readonly width: number | undefined;
  readonly color: boolean;
  /** Tells whether a map is too full; then its share is red. */
  readonly isTooFull: (stats: MapStats) => boolean;
}

/** Returns maps as the lines of a table. A last line names the columns for which there is no room. */
export function statsTable(all: readonly MapStats[], { width, color, isTooFull }: StatsTableOptions): string[] {
  const colours = terminalColours(color);
  const columns = columnsFor(all, false);
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

/** Returns the line that names columns without room. */
export function omittedLine(omitted: readonly string[], width: number): string {
  return cutToWidth(`no room for: ${omitted.join(", ")}`, width);
}
