import { viewOf } from "../../bytes.ts";
import { scalarKind } from "../../codec/access/accessor.ts";
import { type Field, wholeField } from "../../codec/access/field.ts";
import type { EntryBatch, EntryShape } from "../../reader/entries.ts";
import type { Layout } from "../../schema/layout.ts";
import type { CanonicalStep } from "../fields/canonical.ts";
import { splitParts } from "../fields/parts.ts";
import { type EntryTypes, parsePath, resolvePath } from "../fields/path.ts";
import { type QueryText, queryError, type Range } from "../fields/query-error.ts";
import { AGGREGATES, type Aggregate, AggregationBuilder, isNumeric } from "./cpu-aggregation.ts";

/** An aggregation of the values of all CPUs into one. */
export interface CpuAggregation {
  /** The type of the result: a sum is wider than its terms. */
  readonly value: Layout;
  readonly shape: EntryShape;
  /** Aggregates one entry: the values of its CPUs begin at `at`, the result at `to`. */
  readonly fold: CanonicalStep;
  /** The batch with one value for each entry. The next call reuses its buffer. */
  readonly apply: (batch: EntryBatch) => EntryBatch;
}

/** The aggregate of each field, by path, of `value.packets=sum,value.last_ns=max`. Throws QUERY_INVALID. */
export function fieldAggregates(source: QueryText, entryTypes: EntryTypes): Map<string, Aggregate> {
  const chosen = new Map<string, Aggregate>();
  for (const part of splitParts(source)) {
    const text = source.text.slice(part.start, part.end);
    const equals = text.lastIndexOf("=");
    if (equals < 0)
      throw queryError(source, part, "PATH=sum, avg, min or max is needed here (such as value.packets=sum)");
    const path = { start: part.start, end: part.start + equals };
    const field = resolvePath(source, entryTypes, parsePath(source, path.start, path.end));
    const wordRange = { start: path.end + 1, end: part.end };
    checkAggregable(source, path, field);
    chosen.set(field.path, aggregateOf(source, wordRange));
  }
  return chosen;
}

function aggregateOf(source: QueryText, range: Range): Aggregate {
  const word = source.text.slice(range.start, range.end).trim();
  const known = AGGREGATES.find((one) => one === word);
  if (known !== undefined) return known;
  throw queryError(source, range, `\`${word}\` is none of ${AGGREGATES.join(", ")}`);
}

/** Throws QUERY_INVALID for a field without a sum or an order. Records and arrays are aggregated field by field. */
function checkAggregable(source: QueryText, range: Range, field: Field): void {
  if (field.side === "key") throw queryError(source, range, "a key is the same on all CPUs");
  if (/\[\d+\]/.test(field.path)) throw queryError(source, range, "elements are aggregated alike: name the array");
  if (isNumeric(field)) return;
  const { kind } = field.layout;
  if (scalarKind(field) === "none" && kind !== "opaque") return;
  const what = scalarKind(field) === "text" ? "a string" : `no number but \`${field.layout.typeName}\``;
  throw queryError(source, range, `\`${field.path}\` is ${what}: it can't be aggregated (CPUs that differ are listed)`);
}

/**
 * Compiles the aggregation of per-CPU values, field by field through records and arrays. Integers are exact: the sum of
 * 64-bit ones has 128 bits. Strings, enums, bools and pointers keep their value where all CPUs agree, and become the
 * list of the distinct values where they don't.
 */
export function compileAggregation(
  layout: Layout,
  shape: EntryShape,
  otherwise: Aggregate,
  chosen: ReadonlyMap<string, Aggregate>,
): CpuAggregation {
  const builder = new AggregationBuilder(shape, chosen);
  const aggregate = builder.field(wholeField("value", layout), otherwise);
  const valueSize = builder.size;
  const aggregated: EntryShape = { keySize: shape.keySize, valueSize, cpus: 0, valueStride: valueSize };
  const fold: CanonicalStep = (bytes, view, at, out, outView, to) => {
    for (const step of builder.steps) step(bytes, view, at, out, outView, to);
  };
  let values = new Uint8Array(0);
  const apply = (batch: EntryBatch): EntryBatch => {
    if (values.length < batch.count * valueSize) values = new Uint8Array(batch.count * valueSize);
    const view = viewOf(batch.values);
    const outView = viewOf(values);
    for (let i = 0; i < batch.count; i++)
      fold(batch.values, view, i * shape.valueStride, values, outView, i * valueSize);
    return { count: batch.count, keys: batch.keys, values, errnos: batch.errnos };
  };
  return { value: { ...aggregate, size: valueSize }, shape: aggregated, fold, apply };
}
