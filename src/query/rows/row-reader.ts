import { viewOf } from "../../bytes.ts";
import type { Accessor } from "../../codec/access/accessor.ts";
import type { Field } from "../../codec/access/field.ts";
import type { EntryShape } from "../../reader/entries.ts";
import { queryLimit } from "../fields/query-error.ts";
import { type RowRun, valueOffset } from "./rows.ts";

/** Reads one field of a row. */
export type RowReader<Value> = (run: RowRun, row: number) => Value;

/** A reader of a field. It keeps one view for each batch. */
export function readerOf<Value>(read: Accessor<Value> | undefined, field: Field, shape: EntryShape): RowReader<Value> {
  if (read === undefined) throw queryLimit(`\`${field.path}\` is no number`);
  const offset = offsetOf(field, shape);
  let known: Uint8Array | undefined;
  let view: DataView = viewOf(new Uint8Array(0));
  return (run, row) => {
    const bytes = field.side === "key" ? run.batch.keys : run.batch.values;
    if (bytes !== known) view = viewOf(bytes);
    known = bytes;
    return read(bytes, view, offset(run, row));
  };
}

/** The position of the key or value of a row in its batch. */
export function offsetOf({ side }: Field, { keySize, valueStride }: EntryShape): (run: RowRun, row: number) => number {
  if (side === "key") return (run, row) => (run.entries[row] as number) * keySize;
  return (run, row) => valueOffset(run, row, valueStride);
}
