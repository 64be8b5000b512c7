import type { RowColumn } from "../../codec/json/json-row.ts";
import type { EntryBatch } from "../../reader/entries.ts";
import type { RecordLayout } from "../../schema/layout.ts";
import type { Query } from "../query.ts";

/**
 * Returns a query of groups as one of entries: what tells groups apart is the key, the aggregates are the value. Groups
 * can then be followed from read to read. Another query stays as it is.
 */
export function keyedGroups(query: Query): Query {
  const { columns = [], grouping, entryTypes } = query;
  const { value: group } = entryTypes;
  if (grouping === undefined || group.kind !== "struct") return query;
  const { keys: groupedBy } = grouping;
  const keySize = columns.slice(0, groupedBy).reduce((size, column) => size + sizeOf(column), 0);
  const valueSize = group.size - keySize;
  const part = (fields: RecordLayout["fields"], size: number, from: number): RecordLayout => ({
    ...group,
    size,
    fields: fields.map((field) => ({ ...field, bitOffset: field.bitOffset - from * 8 })),
  });
  return {
    ...query,
    entryTypes: {
      key: part(group.fields.slice(0, groupedBy), keySize, 0),
      value: part(group.fields.slice(groupedBy), valueSize, keySize),
      untyped: undefined,
    },
    shape: { keySize, valueSize, cpus: 0, valueStride: valueSize },
    columns: columns.map((column, i) => (i < groupedBy ? onSide(column, "key", 0) : onSide(column, "value", keySize))),
    async *run(source) {
      for await (const run of query.run(source)) yield { ...run, batch: split(run.batch, keySize, valueSize) };
    },
  };
}

function sizeOf({ source }: RowColumn): number {
  return source.kind === "field" ? source.field.layout.size : 0;
}

function onSide(column: RowColumn, side: "key" | "value", from: number): RowColumn {
  const { source } = column;
  if (source.kind !== "field") return column;
  const field = { ...source.field, side, bitOffset: source.field.bitOffset - from * 8 };
  return { ...column, source: { kind: "field", field } };
}

function split({ count, values: groups }: EntryBatch, keySize: number, valueSize: number): EntryBatch {
  const [keys, values] = [new Uint8Array(count * keySize), new Uint8Array(count * valueSize)];
  const size = keySize + valueSize;
  for (let i = 0; i < count; i++) {
    keys.set(groups.subarray(i * size, i * size + keySize), i * keySize);
    values.set(groups.subarray(i * size + keySize, (i + 1) * size), i * valueSize);
  }
  return { count, keys, values, errnos: undefined };
}
