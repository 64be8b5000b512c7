import { scalarKind, typeText } from "../../codec/access/accessor.ts";
import type { Field } from "../../codec/access/field.ts";
import type { RowColumn } from "../../codec/json/json-row.ts";
import type { EbpfMapError } from "../../errors.ts";
import { suggestion } from "../../nearest.ts";
import { type ColumnScope, selectColumns } from "../fields/columns.ts";
import { isByteArray } from "../fields/layouts.ts";
import { splitParts } from "../fields/parts.ts";
import { parsePath, resolvePath } from "../fields/path.ts";
import { type QueryText, queryError, type Range } from "../fields/query-error.ts";

/** The most groups, unless `--max-groups` says otherwise. */
export const DEFAULT_MAX_GROUPS = 100_000;

const AGGREGATES: readonly string[] = ["sum", "avg", "min", "max", "count"];

/** One aggregate of a group: `sum(value.bytes)`. */
export interface GroupAggregate {
  readonly name: string;
  readonly aggregate: string;
  /** Undefined for count(). */
  readonly field: Field | undefined;
}

/** A checked grouping: the columns that tell groups apart, and the aggregates of each group. */
export interface Grouping {
  readonly keys: readonly RowColumn[];
  readonly aggregates: readonly GroupAggregate[];
  readonly limit: GroupLimit;
}

/** The most groups, and what happens when there is one more. */
export interface GroupLimit {
  readonly maxGroups: number;
  /**
   * "refuse": an error, since every group of a map is wanted. "evict": the quarter of the groups that have been idle
   * for longest is evicted and counted; a group that comes back starts from zero.
   */
  readonly whenFull: "refuse" | "evict";
}

/** Parses and checks `--group-by` and `--agg`, whose default is count(). Throws QUERY_INVALID. */
export function parseGrouping(
  by: QueryText,
  aggregates: QueryText | undefined,
  scope: ColumnScope,
  limit: GroupLimit,
): Grouping {
  const keys = selectColumns(by, scope);
  for (const { source } of keys) if (source.kind === "field") checkGroupable(by, source.field);
  const parsed =
    aggregates === undefined ? undefined : splitParts(aggregates).map((part) => parse(aggregates, scope, part));
  return { keys, aggregates: parsed ?? [{ name: "count()", aggregate: "count", field: undefined }], limit };
}

/** Returns the error of a name that is no column of groups. */
export function unknownColumn(source: QueryText, range: Range, columns: readonly RowColumn[]): EbpfMapError {
  const name = source.text.slice(range.start, range.end);
  const names = columns.map((column) => column.name);
  const known = suggestion(name, names).replace("it has", "they have");
  return queryError(source, range, `groups have no \`${name}\`${known}`);
}

function checkGroupable(source: QueryText, field: Field): void {
  if (scalarKind(field) !== "none" || isByteArray(field.layout)) return;
  const whole = { start: 0, end: source.text.length };
  const { layout } = field;
  const differs = layout.kind === "array" && layout.counted;
  const why = differs ? "may differ between CPUs" : `is \`${typeText(layout)}\``;
  throw queryError(source, whole, `\`${field.path}\` ${why}, and groups need fields with a single value`);
}

function parse(source: QueryText, scope: ColumnScope, part: Range): GroupAggregate {
  const text = source.text.slice(part.start, part.end);
  const open = text.indexOf("(");
  const aggregate = text.slice(0, Math.max(0, open)).trim();
  if (open < 0 || !text.endsWith(")")) {
    throw queryError(source, part, "an aggregate is sum(PATH), avg(PATH), min(PATH), max(PATH) or count()");
  }
  if (!AGGREGATES.includes(aggregate)) {
    const at = { start: part.start, end: part.start + open };
    throw queryError(source, at, `\`${aggregate}\` is none of ${AGGREGATES.join(", ")}`);
  }
  const inner = { start: part.start + open + 1, end: part.end - 1 };
  if (aggregate === "count") {
    if (source.text.slice(inner.start, inner.end).trim() === "")
      return { name: "count()", aggregate, field: undefined };
    throw queryError(source, inner, "count() takes nothing: it counts rows");
  }
  const field = resolvePath(source, scope.entryTypes, parsePath(source, inner.start, inner.end));
  const kind = scalarKind(field);
  if (kind !== "float" && (kind !== "integer" || field.layout.kind === "pointer")) {
    throw queryError(
      source,
      inner,
      `${aggregate}() needs a number, and \`${field.path}\` is \`${typeText(field.layout)}\``,
    );
  }
  return { name: `${aggregate}(${field.path})`, aggregate, field };
}
