import { displayColumns, wrap } from "../args/help/wrap.ts";

const GAP = 2;
/** No column is narrowed further. */
const NARROWEST = 8;

/** The lines of a Markdown table with its columns aligned; the widest columns are wrapped until it fits. */
export function tableLines(lines: readonly string[], width: number, inline: (text: string) => string): string[] {
  const rows = lines
    .filter((line) => !/^\|(?:\s*:?-+:?\s*\|)+\s*$/.test(line))
    .map((line) => cellsOf(line).map(inline));
  const count = Math.max(...rows.map((cells) => cells.length));
  const widths = fittingWidths(
    Array.from({ length: count }, (_, i) => Math.max(...rows.map((cells) => displayColumns(cells[i] ?? "")))),
    width - GAP * (count - 1),
  );
  return rows.flatMap((cells) => rowLines(cells, widths));
}

/** `|` inside a cell is written as `\|`. */
function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function fittingWidths(widths: number[], room: number): number[] {
  const fitted = [...widths];
  for (let total = sum(fitted); total > room; total -= 1) {
    const widest = fitted.indexOf(Math.max(...fitted));
    if ((fitted[widest] ?? 0) <= NARROWEST) break;
    fitted[widest] = (fitted[widest] ?? 0) - 1;
  }
  return fitted;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function rowLines(cells: readonly string[], widths: readonly number[]): string[] {
  const wrapped = widths.map((width, i) => wrap(cells[i] ?? "", width));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) => {
    const parts = wrapped.map((lines, i) => {
      const text = lines[row] ?? "";
      return text + " ".repeat(Math.max(0, (widths[i] ?? 0) - displayColumns(text)));
    });
    return parts.join(" ".repeat(GAP)).trimEnd();
  });
}
