import { stringify } from "csv-stringify/sync";
import { visible } from "../terminal/visible.ts";

/**
 * Returns records of JSON as CSV (RFC 4180): a line of names, then a line for each. Unknown facts are empty; a list is its
 * elements with blanks between them. `names` are the columns, by default those of the first record. On a terminal, lines end
 * in LF and control characters are made visible.
 */
export function csvOfJson(lines: readonly string[], names: readonly string[] | undefined, isTerminal: boolean): string {
  const records = lines.map((line): Record<string, unknown> => JSON.parse(line));
  const columns = names ?? Object.keys(records[0] ?? {});
  const rows = records.map((record) => columns.map((name) => cellText(record[name])));
  const shown = isTerminal ? rows.map((row) => row.map(visible)) : rows;
  return stringify([[...columns], ...shown], { record_delimiter: isTerminal ? "unix" : "windows", quoted_match: /[\r\n]/ });
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return Array.isArray(value) ? value.join(" ") : String(value);
}
