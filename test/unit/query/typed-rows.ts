import { encodeKey, type KeyValue } from "../../../src/codec/keys/json-key.ts";
import { EbpfMapError } from "../../../src/errors.ts";
import { compileQuery, type Query, type QueryInput } from "../../../src/query/query.ts";
import type { RowRun } from "../../../src/query/rows/rows.ts";
import { wholeRun } from "../../../src/query/rows/select-rows.ts";
import type { EntryBatch, EntrySource } from "../../../src/reader/entries.ts";
import { declareType } from "../../../src/schema/c/declaration.ts";
import { layoutFromBtf } from "../../../src/schema/from-btf.ts";
import type { Layout } from "../../../src/schema/layout.ts";
import { TypeTable } from "../../../src/schema/type-table.ts";
import { type Asked, specOf } from "./run-query.ts";

export type { KeyValue } from "../../../src/codec/keys/json-key.ts";

/** The layout of a C type: `u64`, `struct { u32 a; char comm[8]; }`. */
export function layoutOf(type: string): Layout {
  const table = new TypeTable();
  return layoutFromBtf(table, declareType(table, type));
}

/** The bytes of a value written as JSON has it. */
export function bytesOf(layout: Layout, value: KeyValue): Uint8Array {
  return encodeKey(layout, layout.size, value);
}

/** The C types of a map in memory, and how many CPUs have values of their own. */
export interface TypedMap {
  readonly key?: string;
  readonly value: string;
  readonly cpus?: number;
}

export function inputOf({ key, value, cpus = 0 }: TypedMap): QueryInput {
  const layouts = { key: key === undefined ? undefined : layoutOf(key), value: layoutOf(value) };
  return inputOfLayouts(layouts.key, layouts.value, cpus);
}

export function inputOfLayouts(key: Layout | undefined, value: Layout, cpus = 0): QueryInput {
  const slot = cpus === 0 ? value.size : Math.ceil(value.size / 8) * 8;
  const shape = { keySize: key?.size ?? 0, valueSize: value.size, cpus, valueStride: slot * Math.max(1, cpus) };
  return { entryTypes: { key, value, untyped: undefined }, shape };
}

/** An entry: its key (null where there is none) and its value, or the value of each CPU. */
export type Entry = readonly [key: KeyValue, ...values: KeyValue[]];

export function batchOf({ entryTypes, shape }: QueryInput, entries: readonly Entry[]): EntryBatch {
  const keys = new Uint8Array(entries.length * shape.keySize);
  const values = new Uint8Array(entries.length * shape.valueStride);
  for (const [i, [key, ...slots]] of entries.entries()) {
    if (entryTypes.key !== undefined) keys.set(bytesOf(entryTypes.key, key), i * shape.keySize);
    const slot = shape.valueStride / Math.max(1, shape.cpus);
    slots.forEach((value, cpu) => {
      values.set(bytesOf(entryTypes.value, value), i * shape.valueStride + cpu * slot);
    });
  }
  return { count: entries.length, keys, values, errnos: undefined };
}

/** All entries as rows. */
export function runOf(input: QueryInput, entries: readonly Entry[]): RowRun {
  return wholeRun(batchOf(input, entries), 0);
}

export function sourceOf(...batches: readonly EntryBatch[]): EntrySource {
  const left = [...batches];
  const counts = { restarts: 0, duplicates: 0, skipped: 0, retries: 0, bytes: 0, errno: 0 };
  return {
    next: () => left.shift(),
    report: { complete: true, mode: "batch", entries: 0, ...counts },
    [Symbol.dispose]() {},
  };
}

export function queryOf(map: TypedMap | QueryInput, asked: Asked = {}): Query {
  return compileQuery(specOf(asked), inputFor(map));
}

function inputFor(map: TypedMap | QueryInput): QueryInput {
  return "shape" in map ? map : inputOf(map);
}

/** The indexes of the entries that a condition keeps. */
export async function keptBy(where: string, map: TypedMap | QueryInput, entries: readonly Entry[]): Promise<number[]> {
  const input = inputFor(map);
  const kept: number[] = [];
  for await (const run of queryOf(input, { where }).run(sourceOf(batchOf(input, entries)))) {
    kept.push(...run.entries.subarray(0, run.count));
  }
  return kept;
}

/** The values that a condition keeps, of a map without keys. */
export async function keptValues<Value extends KeyValue>(
  where: string,
  map: string | QueryInput,
  values: readonly Value[],
): Promise<Value[]> {
  const input = typeof map === "string" ? inputOf({ value: map }) : map;
  const kept = await keptBy(
    where,
    input,
    values.map((value) => [null, value]),
  );
  return kept.map((i) => values[i] as Value);
}

/** The error that a condition is refused with, and the part of the expression that it marks. */
export function refusalOf(where: string, map: string | TypedMap | QueryInput): { message: string; marked: string } {
  const input = typeof map === "string" ? inputOf({ value: map }) : inputFor(map);
  try {
    queryOf(input, { where });
  } catch (error) {
    if (!(error instanceof EbpfMapError) || error.code !== "QUERY_INVALID") throw error;
    const { start, end } = error.details;
    const [message = ""] = error.message.split("\n");
    return { message: message.replace("--where: ", ""), marked: where.slice(Number(start), Number(end)) };
  }
  throw new Error(`not refused: ${where}`);
}
