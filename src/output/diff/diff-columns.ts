import { viewOf } from "../../bytes.ts";
import { wholeField } from "../../codec/access/field.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { FieldPair, RowLocation } from "../../query/diff/comparisons.ts";
import type { DiffCounts } from "../../query/diff/diff.ts";
import type { LayoutDifference } from "../../query/diff/layout-differences.ts";
import type { Query } from "../../query/query.ts";
import { Collection } from "../columns/collection.ts";
import type { ColumnOptions } from "../columns/column-options.ts";
import { ColumnCompiler } from "../columns/fill/compile.ts";
import type { Filler, FillOptions, RawBytes } from "../columns/fill/filler.ts";
import { FixedTexts, Numbers, TextLists } from "../columns/fill/fixed-texts.ts";
import { Optional } from "../columns/fill/optional.ts";
import type { ColumnFormat } from "../columns/formats.ts";
import { openTableFormat } from "../columns/open-columns.ts";
import { completeNote } from "../columns/origin-notes.ts";
import { TABLE_LIMITS, type TableFormat, type TableWriter } from "../columns/table-writer.ts";
import { type DiffSides, type DiffWriter, valueColumns } from "./diff-writer.ts";

const EVENTS = ["added", "removed", "changed"] as const;

/**
 * Writes differences as tables: the columns `event`, `key`, `cpu` for per-CPU maps, `fields` with the names of those
 * that differ, and `a` and `b` with the values, of which one is missing where an entry was added or removed. With
 * selected fields there are `a.NAME` and `b.NAME` for each.
 */
class DiffColumns implements DiffWriter {
  readonly #event: FixedTexts<(typeof EVENTS)[number]> = new FixedTexts("event", EVENTS);
  readonly #keys: readonly Filler[];
  readonly #cpu: Numbers | undefined;
  readonly #fields: TextLists = new TextLists("fields");
  readonly #a: ValueColumns;
  readonly #b: ValueColumns;
  readonly #collection: Collection;
  readonly #writer: TableWriter;
  readonly #nameOf: (name: string) => string;
  readonly #warn: (line: string) => void;

  constructor({ a, b }: DiffSides, format: TableFormat, { fill, warn }: Pick<ColumnOptions, "fill" | "warn">) {
    const options = { ...fill, missing: format.missing };
    const { key } = b.entryTypes;
    this.#keys = key === undefined ? [] : new ColumnCompiler(options).columns("key", wholeField("key", key));
    this.#cpu = b.shape.cpus > 0 ? new Numbers("cpu") : undefined;
    this.#a = new ValueColumns("a", a, options);
    this.#b = new ValueColumns("b", b, options);
    const cpu = this.#cpu === undefined ? [] : [this.#cpu];
    const all = [this.#event, ...this.#keys, ...cpu, this.#fields, ...this.#a.columns, ...this.#b.columns];
    this.#collection = new Collection(all, TABLE_LIMITS, "again", (table) => this.#writer.add(table));
    this.#writer = format.open(this.#collection.columns);
    this.#nameOf = (name) => fill.shown.name(name);
    this.#warn = warn;
    this.#writer.begin();
  }

  layouts(differences: readonly LayoutDifference[]): void {
    if (differences.length === 0) return;
    const fields = differences.length === 1 ? "field differs" : "fields differ";
    this.#warn(`Note: the types of ${differences.length} ${fields}: -o ndjson and -o table name them`);
  }

  added(b: RowLocation): void {
    this.#add("added", b, undefined, b, []);
  }

  removed(a: RowLocation): void {
    this.#add("removed", a, a, undefined, []);
  }

  changed(a: RowLocation, b: RowLocation, fields: readonly FieldPair[]): void {
    const names = fields.map(({ name }) => this.#nameOf(name));
    this.#add("changed", b, a, b, names);
  }

  end(_counts: DiffCounts | undefined, complete: boolean): void {
    this.#collection.flush();
    this.#writer.end(this.#collection.table(), completeNote(complete));
  }

  #add(
    event: (typeof EVENTS)[number],
    { keys, keysView, k, cpu }: RowLocation,
    a: RowLocation | undefined,
    b: RowLocation | undefined,
    fields: readonly string[],
  ): void {
    this.#event.add(event);
    for (const filler of this.#keys) filler.add({ bytes: keys, view: keysView }, Int32Array.of(k), 1);
    this.#cpu?.add(cpu);
    this.#fields.add(fields);
    this.#a.add(a);
    this.#b.add(b);
    this.#collection.added(1);
  }
}

/** Returns the writer of differences in a format of columns. */
export async function openDiffColumns(
  sides: DiffSides,
  format: ColumnFormat,
  out: OutputBuffer,
  options: ColumnOptions,
): Promise<DiffWriter> {
  return new DiffColumns(sides, await openTableFormat(format, out, options.notes), options);
}

/** The columns of the values of one map. */
class ValueColumns {
  readonly columns: readonly Optional[];
  /** The cell that stands where there is no value, for columns in which it has a place. */
  readonly #nothing: RawBytes;

  constructor(name: string, query: Query, options: FillOptions) {
    const compiler = new ColumnCompiler(options);
    const fillers = valueColumns(query).flatMap((column) => {
      if (column.source.kind !== "field") return [];
      const isWhole = query.columns === undefined;
      const path = isWhole ? name : `${name}.${options.shown.name(column.name.replace(/^value\./, ""))}`;
      return compiler.columns(path, column.source.field);
    });
    this.columns = fillers.map((filler) => new Optional(filler, options.missing));
    const bytes = new Uint8Array(query.shape.valueStride);
    this.#nothing = { bytes, view: viewOf(bytes) };
  }

  add(row: RowLocation | undefined): void {
    const source = row === undefined ? this.#nothing : { bytes: row.values, view: row.valuesView };
    const isThere = row === undefined ? () => false : undefined;
    for (const column of this.columns) column.add(source, Int32Array.of(row?.v ?? 0), 1, isThere);
  }
}
