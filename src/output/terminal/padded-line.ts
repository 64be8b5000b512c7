import { GAP, type TextColumn } from "./text-table.ts";
import { cutToWidth, displayWidth } from "./visible.ts";

/**
 * Returns a row of a screen as a line: cells of visible text, padded and cut to the widths of their columns. It costs less
 * than a table of the library, which matters where a screen is drawn every second.
 */
export function paddedLine(
  columns: readonly TextColumn[],
  widths: readonly number[],
  cells: readonly string[],
): string {
  const padded = cells.map((cell, i) => {
    const width = widths[i] ?? 0;
    const text = cutToWidth(cell, width);
    const blanks = " ".repeat(Math.max(0, width - displayWidth(text)));
    return columns[i]?.isRight === true ? blanks + text : text + blanks;
  });
  return padded.join(" ".repeat(GAP)).trimEnd();
}
