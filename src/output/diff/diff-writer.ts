import { wholeField } from "../../codec/access/field.ts";
import type { RowColumn } from "../../codec/json/json-row.ts";
import type { DiffCounts, DiffEvents } from "../../query/diff/diff.ts";
import type { LayoutDifference } from "../../query/diff/layout-differences.ts";
import type { Query } from "../../query/query.ts";

/** Writes what two maps differ in, in one format. */
export interface DiffWriter extends DiffEvents {
  /** Comes first. */
  layouts(differences: readonly LayoutDifference[]): void;
  /** Comes last; undefined where entries could not be compared. */
  end(counts: DiffCounts | undefined): void;
}

/** The two maps that are compared, as queries. */
export interface DiffSides {
  readonly a: Query;
  readonly b: Query;
}

/** What tells one row from the others: the key, and the CPU where rows are of one. */
export function keyColumns({ entryTypes, shape }: Query): RowColumn[] {
  const key = entryTypes.key === undefined ? [] : [wholeField("key", entryTypes.key)];
  const columns = key.map((field): RowColumn => ({ name: "key", source: { kind: "field", field } }));
  return shape.cpus > 0 ? [...columns, { name: "cpu", source: { kind: "cpu" } }] : columns;
}

/** The value as one column, or what was selected of it. */
export function valueColumns({ entryTypes, columns }: Query): RowColumn[] {
  const selected = columns?.filter(({ source }) => source.kind === "field" && source.field.side === "value");
  return selected ?? [{ name: "value", source: { kind: "field", field: wholeField("value", entryTypes.value) } }];
}
