import { type Field, wholeField } from "../../../codec/access/field.ts";
import type { RowColumn } from "../../../codec/json/json-row.ts";
import type { Query } from "../../../query/query.ts";
import type { Column, ColumnData } from "../column.ts";
import type { ColumnCompiler } from "./compile.ts";
import { CpuLists } from "./cpu-lists.ts";
import type { Filler } from "./filler.ts";
import { Numbers } from "./fixed-texts.ts";
import { Optional } from "./optional.ts";
import type { RowFiller, RowSpan } from "./row-span.ts";

/** Returns the columns of a query's rows, under the names that they have in JSON. */
export function rowFillers(query: Query, compiler: ColumnCompiler): RowFiller[] {
  return (query.columns ?? wholeColumns(query)).flatMap((column) => columnFillers(column, compiler));
}

function columnFillers({ name, source }: RowColumn, compiler: ColumnCompiler): RowFiller[] {
  const { shown, missing } = compiler.options;
  if (source.kind === "cpu" || source.kind === "index") return [new RowNumbers(name, source.kind)];
  const { field } = source;
  if (source.kind === "cpus") return [new CpuLists(shown.name(name), compiler.columns("value", field), missing)];
  return compiler.columns(shown.name(name), field).map((filler) => ofField(filler, field, compiler));
}

/** All that a row has, where no columns are asked for. */
function wholeColumns({ entryTypes: { key, value }, rows }: Query): RowColumn[] {
  const field = wholeField("value", value);
  const keys: RowColumn[] =
    key === undefined ? [] : [{ name: "key", source: { kind: "field", field: wholeField("key", key) } }];
  if (rows === "cpu") return [...keys, { name: "values", source: { kind: "cpus", field } }];
  const cpu: RowColumn[] = rows === "sorted-cpu" ? [{ name: "cpu", source: { kind: "cpu" } }] : [];
  return [...keys, ...cpu, { name: "value", source: { kind: "field", field } }];
}

function ofField(filler: Filler, { side }: Field, { options }: ColumnCompiler): RowFiller {
  return side === "key" ? new KeyColumn(filler) : new ValueColumn(new Optional(filler, options.missing));
}

/** A column out of the keys. */
class KeyColumn implements RowFiller {
  readonly column: Column;
  readonly #filler: Filler;

  constructor(filler: Filler) {
    this.#filler = filler;
    this.column = filler.column;
  }

  addRows({ keys, keyAt, count }: RowSpan): void {
    this.#filler.add(keys, keyAt, count);
  }

  data(): ColumnData {
    return this.#filler.data();
  }

  clear(buffers: "again" | "anew"): void {
    this.#filler.clear(buffers);
  }
}

/** A column out of the values, which may be missing. */
class ValueColumn implements RowFiller {
  readonly column: Column;
  readonly #optional: Optional;

  constructor(optional: Optional) {
    this.#optional = optional;
    this.column = optional.column;
  }

  addRows({ values, valueAt, count, isThere }: RowSpan): void {
    this.#optional.add(values, valueAt, count, isThere);
  }

  data(): ColumnData {
    return this.#optional.data();
  }

  clear(buffers: "again" | "anew"): void {
    this.#optional.clear(buffers);
  }
}

/** The number of a row's CPU, or of its entry. */
class RowNumbers implements RowFiller {
  readonly column: Column;
  readonly #kind: "cpu" | "index";
  readonly #numbers: Numbers;

  constructor(name: string, kind: "cpu" | "index") {
    this.#numbers = new Numbers(name);
    this.column = this.#numbers.column;
    this.#kind = kind;
  }

  addRows({ count, cpus, index }: RowSpan): void {
    for (let row = 0; row < count; row++) this.#numbers.add(this.#kind === "cpu" ? (cpus?.[row] ?? 0) : index(row));
  }

  data(): ColumnData {
    return this.#numbers.data();
  }

  clear(buffers: "again" | "anew"): void {
    this.#numbers.clear(buffers);
  }
}
