import { wholeField } from "../../codec/access/field.ts";
import type { RowColumn } from "../../codec/json/json-row.ts";
import type { FieldPair } from "../../query/diff/comparisons.ts";
import type { DiffCounts, DiffEvents } from "../../query/diff/diff.ts";
import { compileChange, type FieldChange } from "../../query/diff/field-change.ts";
import type { LayoutDifference } from "../../query/diff/layout-differences.ts";
import type { Query } from "../../query/query.ts";

/** Writes the differences between two maps in one format. */
export interface DiffWriter extends DiffEvents {
  /** Writes the differences between types. Called first. */
  layouts(differences: readonly LayoutDifference[]): void;
  /**
   * Ends the output; `counts` is undefined if entries could not be compared. `complete`: nothing of the maps is
   * missing.
   */
  end(counts: DiffCounts | undefined, complete: boolean): void;
}

/** The two maps that are compared, as queries. */
export interface DiffSides {
  readonly a: Query;
  readonly b: Query;
}

/** The changes of fields, compiled once. */
export class FieldChanges {
  readonly #known = new Map<string, FieldChange | undefined>();

  /** The change of a field; undefined where it would mean nothing. */
  of(pair: FieldPair): FieldChange | undefined {
    if (!this.#known.has(pair.name)) this.#known.set(pair.name, compileChange(pair));
    return this.#known.get(pair.name);
  }
}

/** Returns the columns that identify a row: the key, and the CPU of a row of one, or what tells groups apart. */
export function keyColumns({ entryTypes, shape, grouping, columns }: Query): RowColumn[] {
  if (grouping !== undefined) return columns?.slice(0, grouping.keys) ?? [];
  const key = entryTypes.key === undefined ? [] : [wholeField("key", entryTypes.key)];
  const named = key.map((field): RowColumn => ({ name: "key", source: { kind: "field", field } }));
  return shape.cpus > 0 ? [...named, { name: "cpu", source: { kind: "cpu" } }] : named;
}

/** Returns the value as one column, or its selected fields. */
export function valueColumns({ entryTypes, columns }: Query): RowColumn[] {
  const selected = columns?.filter(({ source }) => source.kind === "field" && source.field.side === "value");
  return selected ?? [{ name: "value", source: { kind: "field", field: wholeField("value", entryTypes.value) } }];
}
