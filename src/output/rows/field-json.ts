import type { Field } from "../../codec/access/field.ts";
import type { JsonOptions } from "../../codec/json/json-options.ts";
import type { Render } from "../../codec/json/json-program.ts";
import { compileJsonRow, type RowColumn } from "../../codec/json/json-row.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { RowLocation } from "../../query/diff/comparisons.ts";
import type { Query } from "../../query/query.ts";

/** The form of values in JSON. */
export interface StrictOptions extends JsonOptions {
  readonly render: Render;
}

/** Writes members of an object from a row to the output. */
export type PrintMembers = (place: RowLocation) => void;

/**
 * Compiles columns of a row into a writer of `,"NAME":…,"NAME":…`, for an object that has members already; `head`
 * replaces the first comma. Without columns it writes nothing.
 */
export function compileMembers(
  columns: readonly RowColumn[],
  { shape }: Pick<Query, "shape">,
  { render, ...options }: StrictOptions,
  out: OutputBuffer,
  head = ",",
): PrintMembers {
  if (columns.length === 0) return () => undefined;
  const row = compileJsonRow({ columns, shape, options, render, head, tail: "" }, out);
  return ({ keys, k, values, v, cpu }) => row.print({ keys, values }, { key: k, value: v, cpu, index: 0 });
}

/** Returns a column that shows a field under a given name. */
export function fieldColumn(name: string, field: Field): RowColumn {
  return { name, source: { kind: "field", field } };
}
