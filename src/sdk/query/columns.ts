import { viewOf } from "../../bytes.ts";
import type { Field } from "../../codec/access/field.ts";
import {
  compileFieldDecoder,
  type DecodedValue,
  type DecodeOptions,
  type ValueDecoder,
} from "../../codec/access/value-decoder.ts";
import type { ColumnSource, RowColumn } from "../../codec/json/json-row.ts";
import type { Query } from "../../query/query.ts";
import { offsetOf } from "../../query/rows/row-reader.ts";
import { entryIndex, type RowRun } from "../../query/rows/rows.ts";
import type { EntryShape } from "../../reader/entries.ts";

/** Makes one value of a row. */
export type RowValue = (run: RowRun, row: number) => DecodedValue;

/**
 * Makes an object of a row, with a property for each column. Names out of a BTF are data: `__proto__` is a property,
 * too.
 */
export function columnsOf(query: Query, options: DecodeOptions): (run: RowRun, row: number) => object {
  const columns = (query.columns ?? []).map(({ name, source }: RowColumn) => ({
    name,
    read: name === "count()" ? countOf(source, query.shape) : columnValue(source, query, options),
  }));
  return (run, row) => {
    const made: Record<string, DecodedValue> = {};
    for (const { name, read } of columns) {
      const value = read(run, row);
      if (name === "__proto__") Object.defineProperty(made, name, { value, enumerable: true });
      else made[name] = value;
    }
    return made;
  };
}

/** The number of a group's rows, which no map has too many of for a number. */
function countOf(source: ColumnSource, shape: EntryShape): RowValue {
  if (source.kind !== "field") return () => null;
  return fieldValue(source.field, shape, (_, view, at) =>
    Number(view.getBigUint64(at + source.field.bitOffset / 8, true)),
  );
}

function columnValue(source: ColumnSource, { shape, entryTypes }: Query, options: DecodeOptions): RowValue {
  switch (source.kind) {
    case "cpu":
      return (run, row) => Math.max(0, run.cpus?.[row] ?? 0);
    case "index":
      return (run, row) => entryIndex(run, row);
    case "cpus":
    case "field": {
      const { field } = source;
      const isRaw = entryTypes.untyped !== undefined && field.layout.kind === "array";
      return fieldValue(field, shape, isRaw ? bytesOf(field) : compileFieldDecoder(field, options));
    }
  }
  return source satisfies never;
}

/** Bytes of which no type is known come as they are. */
function bytesOf({ bitOffset, layout }: Field): ValueDecoder {
  const from = bitOffset / 8;
  return (bytes, _, at) => bytes.slice(at + from, at + from + layout.size);
}

/** Decodes a field of a row, with one view for each buffer. */
export function fieldValue(field: Field, shape: EntryShape, decode: ValueDecoder): RowValue {
  const offset = offsetOf(field, shape);
  let known: Uint8Array | undefined;
  let view = viewOf(new Uint8Array(0));
  return (run, row) => {
    const bytes = field.side === "key" ? run.batch.keys : run.batch.values;
    if (bytes !== known) view = viewOf(bytes);
    known = bytes;
    return decode(bytes, view, offset(run, row));
  };
}
