import { scalarKind } from "../../codec/access/accessor.ts";
import type { RowColumn } from "../../codec/json/json-row.ts";

/** Returns the columns' paths, without `key.` or `value.` where they stay unique. */
export function shortTitles(columns: readonly RowColumn[]): string[] {
  const short = columns.map(({ name }) => name.replace(/^(?:key|value)\./, ""));
  const uses = new Map<string, number>();
  for (const one of short) uses.set(one, (uses.get(one) ?? 0) + 1);
  return columns.map(({ name }, i) => (uses.get(short[i] ?? "") === 1 ? (short[i] ?? name) : name));
}

/** Renderers of texts that still tell something when they are cut. */
const NAMES: readonly string[] = ["cgroup", "ksym"];

/** Tells whether cells of a column must not be cut: a number, or an address, would be another one. */
export function isUncut(column: RowColumn): boolean {
  const rendering = "field" in column.source ? column.source.field.layout.rendering : undefined;
  return isNumberColumn(column) || (rendering !== undefined && !NAMES.includes(rendering));
}

/** Tells whether the cells of a column are numbers. */
export function isNumberColumn({ source }: RowColumn): boolean {
  if (source.kind === "cpu" || source.kind === "index") return true;
  if (source.field.layout.rendering !== undefined || source.field.layout.kind === "enum") return false;
  return ["integer", "float"].includes(scalarKind(source.field));
}
