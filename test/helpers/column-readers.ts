import {
  DuckDBBlobValue,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBStructValue,
  type DuckDBValue,
} from "@duckdb/node-api";
import { tableFromIPC } from "apache-arrow";
import { readParquet, Table } from "parquet-wasm";

/** Returns the rows of a query by DuckDB: large integers as bigints, bytes as such. */
export async function duckRows(query: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(query);
    return reader.getRowObjects().map((row) => ofDuck(row));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function ofDuck(row: Readonly<Record<string, DuckDBValue>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, ofDuckValue(value)]));
}

function ofDuckValue(value: DuckDBValue): unknown {
  if (value instanceof DuckDBBlobValue) return value.bytes;
  if (value instanceof DuckDBDecimalValue) return value.value;
  if (value instanceof DuckDBListValue) return value.items.map(ofDuckValue);
  return value instanceof DuckDBStructValue ? ofDuck(value.entries) : value;
}

/** Returns the rows of an Arrow stream as `apache-arrow` reads them. */
export function arrowRows(stream: Uint8Array): unknown[] {
  return tableFromIPC(stream).toArray().map(plain);
}

/** Returns the rows of an Arrow stream that arrow-rs has read, and written again. */
export function arrowRowsOfRust(stream: Uint8Array): unknown[] {
  return arrowRows(Table.fromIPCStream(stream).intoIPCStream());
}

/** Returns the rows of a Parquet file as arrow-rs reads them. */
export function parquetRowsOfRust(file: Uint8Array): unknown[] {
  return arrowRows(readParquet(file).intoIPCStream());
}

/** Converts a value of Arrow to plain objects and lists. Bytes stay as they are. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array || value === null || typeof value !== "object") return value;
  if (value instanceof Uint32Array) return decimal(value);
  if (Symbol.iterator in value && !("toJSON" in value && !("toArray" in value))) {
    return "toArray" in value
      ? Array.from(value as Iterable<unknown>, plain)
      : pairs(value as Iterable<[string, unknown]>);
  }
  return pairs(value as Iterable<[string, unknown]>);
}

/** The value of a decimal of 128 bits. */
function decimal(words: Uint32Array): bigint {
  return BigInt.asIntN(
    128,
    words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n),
  );
}

function pairs(row: Iterable<[string, unknown]>): Record<string, unknown> {
  return Object.fromEntries(Array.from(row, ([name, value]) => [name, plain(value)]));
}
