import { type Field, wholeField } from "../../codec/access/field.ts";
import { compileFieldDecoder, type DecodedValue, type DecodeOptions } from "../../codec/access/value-decoder.ts";
import type { RowLocation } from "../../query/diff/comparisons.ts";
import type { Query } from "../../query/query.ts";

/** Decodes something of a row that lies in buffers. */
export type LocatedDecoder = (row: RowLocation) => DecodedValue;

/**
 * The key and the value of a query's rows; with selected columns the value is an object of them, by their paths. Groups
 * have both.
 */
export interface RowDecoder {
  readonly key: LocatedDecoder;
  readonly value: LocatedDecoder;
  /** True where a row is one CPU of an entry. */
  readonly hasCpu: boolean;
}

export function rowDecoder(query: Query, options: DecodeOptions): RowDecoder {
  const { key, value } = query.entryTypes;
  const hasCpu = query.shape.cpus > 0;
  if (query.grouping !== undefined)
    return { key: columns(query, "key", options), value: columns(query, "value", options), hasCpu };
  return {
    key: key === undefined ? rawKey(query.shape.keySize) : located(query, wholeField("key", key), options),
    value:
      query.columns === undefined
        ? located(query, wholeField("value", value), options)
        : columns(query, "value", options),
    hasCpu,
  };
}

/** Decodes one field. Bytes of which no type is known come as they are. */
export function located({ entryTypes }: Query, field: Field, options: DecodeOptions): LocatedDecoder {
  const isKey = field.side === "key";
  const { layout, bitOffset } = field;
  if (entryTypes.untyped !== undefined && layout.kind === "array") {
    const from = bitOffset / 8;
    const part = (bytes: Uint8Array, at: number): Uint8Array => bytes.slice(at + from, at + from + layout.size);
    return isKey ? ({ keys, k }) => part(keys, k) : ({ values, v }) => part(values, v);
  }
  const decode = compileFieldDecoder(field, options);
  return isKey
    ? ({ keys, keysView, k }) => decode(keys, keysView, k)
    : ({ values, valuesView, v }) => decode(values, valuesView, v);
}

function rawKey(size: number): LocatedDecoder {
  return ({ keys, k }) => keys.slice(k, k + size);
}

/** An object of the columns of one side; the number of rows in a group, which no map has too many of, is a number. */
function columns(query: Query, side: Field["side"], options: DecodeOptions): LocatedDecoder {
  const parts = (query.columns ?? []).flatMap(({ name, source }) => {
    if (source.kind !== "field" || source.field.side !== side) return [];
    const read = located(query, source.field, options);
    return [{ name, read: name === "count()" ? (row: RowLocation) => Number(read(row)) : read }];
  });
  return (row) => Object.fromEntries(parts.map(({ name, read }) => [name, read(row)]));
}
