import { compileAccessor, scalarKind } from "../../codec/access/accessor.ts";
import type { Field } from "../../codec/access/field.ts";
import { unknownColumn } from "../aggregate/group.ts";
import { noOrderText } from "../fields/no-order.ts";
import { splitParts, trimmed } from "../fields/parts.ts";
import { parsePath, resolvePath } from "../fields/path.ts";
import { type QueryText, queryError, type Range } from "../fields/query-error.ts";
import type { Counter } from "./counters.ts";
import { type Follower, REMOVED } from "./follower.ts";

/** A key for followed rows: a field as it is now, or the change of a counter. */
export type Measure =
  | { readonly kind: "field"; readonly field: Field }
  | { readonly kind: "cpu" }
  /** The read that found the last change of the row. */
  | { readonly kind: "changed" }
  | { readonly kind: "delta" | "rate"; readonly counter: Counter };

export interface FollowKey {
  readonly measure: Measure;
  readonly descending: boolean;
}

type Sortable = number | bigint | string | boolean;

/** Below 0 where row `a` comes before row `b`; equal rows stay in the order of their indexes. */
export type CompareFollowed = (a: number, b: number) => number;

/**
 * The keys of `--sort PATH[:desc],…`, where a path may end in `.delta` for the change of a counter since the read
 * before, or in `.rate` for its change in a second. Throws QUERY_INVALID.
 */
export function followKeys(source: QueryText, follower: Follower): FollowKey[] {
  return splitParts(source).map((part) => {
    const text = source.text.slice(part.start, part.end);
    const [suffix, word] = /\s*:\s*(\w*)$/.exec(text) ?? ["", "asc"];
    const range = trimmed(source, { start: part.start, end: part.end - suffix.length });
    if (word !== "asc" && word !== "desc") {
      throw queryError(source, { start: range.end, end: part.end }, "an order is :asc or :desc");
    }
    return { measure: measureOf(source, range, follower), descending: word === "desc" };
  });
}

/**
 * The keys that choose the rows to follow where there are too many. A row that was not followed before has no change or
 * rate, so the counter itself is the key, largest first.
 */
export function keysOfOneRead(keys: readonly FollowKey[]): FollowKey[] {
  return keys.flatMap((key): FollowKey[] => {
    const { measure } = key;
    if (measure.kind === "changed") return [];
    if (measure.kind !== "rate" && measure.kind !== "delta") return [key];
    return [{ measure: { kind: "field", field: measure.counter.field }, descending: true }];
  });
}

/** The name of a measure: `value.packets`, `value.packets.rate`, `cpu`. */
export function measureName(measure: Measure): string {
  switch (measure.kind) {
    case "cpu":
      return "cpu";
    case "changed":
      return "last change";
    case "field":
      return measure.field.path;
    case "delta":
    case "rate":
      return `${measure.counter.path}.${measure.kind}`;
  }
  return measure satisfies never;
}

/** Indexes of rows in an order, or the first `most` of them. */
export function orderRows(rows: readonly number[], compare: CompareFollowed, most: number | undefined): number[] {
  if (most === undefined) return [...rows].sort(compare);
  const first: number[] = [];
  for (const row of rows) {
    if (first.length === most && (most === 0 || compare(row, first[most - 1] as number) > 0)) continue;
    first.splice(insertionIndex(row, first, compare), 0, row);
    if (first.length > most) first.pop();
  }
  return first;
}

/** Compiles an order of followed rows. Rows without a rate, among them those that are gone, come last. */
export function compileFollowOrder(keys: readonly FollowKey[], follower: Follower): CompareFollowed {
  const reads = keys.map(({ measure, descending }) => ({ read: reader(measure, follower), sign: descending ? -1 : 1 }));
  return (a, b) => {
    for (const { read, sign } of reads) {
      const [x, y] = [read(a), read(b)];
      if (x === y) continue;
      if (x === undefined || y === undefined) return x === undefined ? 1 : -1;
      if (x !== y) return x < y ? -sign : sign;
    }
    return a - b;
  };
}

function measureOf(source: QueryText, range: Range, follower: Follower): Measure {
  const text = source.text.slice(range.start, range.end);
  const { entryTypes, shape } = follower.query;
  if (text === "cpu" && shape.cpus > 0) return { kind: "cpu" };
  // Groups have no fields but their columns.
  const column = follower.query.grouping && follower.query.columns?.find(({ name }) => name === text)?.source;
  if (column?.kind === "field") return { kind: "field", field: column.field };
  const [, path, kind] = /^(.*)\.(rate|delta)$/.exec(text) ?? [];
  const counter = path === undefined ? undefined : follower.counters.find((one) => one.path === path);
  if (counter !== undefined && (kind === "rate" || kind === "delta")) return { kind, counter };
  if (follower.query.grouping !== undefined) throw unknownColumn(source, range, follower.query.columns ?? []);
  if (path !== undefined) checkCounter(source, range, path, follower);
  const field = resolvePath(source, entryTypes, parsePath(source, range.start, range.end));
  if (scalarKind(field) !== "none") return { kind: "field", field };
  throw queryError(source, range, noOrderText(field));
}

/** Throws for `.rate` of a field that is no counter. A member may be called `rate`, too. */
function checkCounter(source: QueryText, range: Range, path: string, { query: { entryTypes } }: Follower): void {
  const field = resolvePath(source, entryTypes, parsePath(source, range.start, range.start + path.length));
  if (field.layout.kind === "struct" || field.layout.kind === "union" || field.layout.kind === "section") return;
  const [, suffix] = /\.(\w+)$/.exec(source.text.slice(range.start, range.end)) ?? [];
  throw queryError(source, range, `\`${field.path}\` has no ${suffix}: it is no integer of the value`);
}

function reader(measure: Measure, follower: Follower): (row: number) => Sortable | undefined {
  switch (measure.kind) {
    case "cpu":
      return (row) => follower.table.cpuOf(row);
    case "changed":
      return (row) => (follower.states[row] === REMOVED ? follower.reads - 1 : follower.changedAt[row]);
    case "rate":
    case "delta":
      return (row) => (follower.states[row] === REMOVED ? undefined : changed(follower, row, measure.counter));
    case "field": {
      const read = compileAccessor(measure.field);
      const { table } = follower;
      if (measure.field.side === "key") return (row) => read?.(table.keys, table.keysView, row * table.keyStride);
      return (row) => read?.(table.values, table.valuesView, row * table.valueSize);
    }
  }
  return measure satisfies never;
}

/** The change of a counter, by which rates are ordered, too: all rows have the same seconds between two reads. */
function changed(follower: Follower, row: number, counter: Counter): number | bigint | undefined {
  const change = follower.change(row, counter);
  return change === "reset" ? undefined : change;
}

function insertionIndex(row: number, sorted: readonly number[], compare: CompareFollowed): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(row, sorted[middle] as number) < 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
