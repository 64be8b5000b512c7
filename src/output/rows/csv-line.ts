import { csvCell } from "../../codec/csv/csv-cell.ts";
import { visible } from "../terminal/visible.ts";

/** Returns a line of CSV with its end: CRLF, or on a terminal, where control characters are made visible, LF. */
export function csvLine(texts: readonly string[], isTerminal: boolean): string {
  if (isTerminal) return `${texts.map((text) => csvCell(visible(text))).join(",")}\n`;
  return `${texts.map(csvCell).join(",")}\r\n`;
}
