import type { RowColumn } from "../../codec/json/json-row.ts";

/** Paths without `key.` and `value.` where they stay different from each other. */
export function shortTitles(columns: readonly RowColumn[]): string[] {
  const short = columns.map(({ name }) => name.replace(/^(?:key|value)\./, ""));
  const uses = new Map<string, number>();
  for (const one of short) uses.set(one, (uses.get(one) ?? 0) + 1);
  return columns.map(({ name }, i) => (uses.get(short[i] ?? "") === 1 ? (short[i] ?? name) : name));
}
