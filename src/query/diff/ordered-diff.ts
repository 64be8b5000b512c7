import { viewOf } from "../../bytes.ts";
import { compileAccessor, scalarKind } from "../../codec/access/accessor.ts";
import { noOrderText } from "../fields/no-order.ts";
import { parsePath, resolvePath } from "../fields/path.ts";
import { type QueryText, queryError, queryLimit, type Range } from "../fields/query-error.ts";
import type { Query } from "../query.ts";
import { orderParts } from "../rows/order.ts";
import { compileComparisons, type FieldPair, type RowLocation } from "./comparisons.ts";
import { type DiffEvents, PART } from "./diff.ts";
import { compileChange } from "./field-change.ts";

/** The most differences that are put in order without `--top`. */
const MOST = 1_000_000;

type Sortable = number | bigint | string | boolean;

interface OrderKey {
  /** The key of a row: of the second map, or of the first where the second doesn't have it. */
  readonly read: (a: RowLocation | undefined, b: RowLocation | undefined) => Sortable | undefined;
  readonly descending: boolean;
}

interface Difference {
  readonly keys: readonly (Sortable | undefined)[];
  readonly a: RowLocation | undefined;
  readonly b: RowLocation | undefined;
  readonly fields: readonly FieldPair[];
}

/**
 * Differences in an order, and with `most` only the first of them. Keys are paths, and paths of integers followed by
 * `.delta` or `.rate`, which order alike: `value.packets.delta:desc`. Rows without a delta come last.
 */
export class OrderedDiff implements DiffEvents {
  readonly #sides: { readonly a: Query; readonly b: Query };
  readonly #keys: readonly OrderKey[];
  readonly #most: number | undefined;
  #kept: Difference[] = [];

  /** Throws QUERY_INVALID. */
  constructor(sides: { readonly a: Query; readonly b: Query }, sort: QueryText, most: number | undefined) {
    this.#sides = sides;
    this.#keys = orderParts(sort).map(({ range, descending }) => ({ read: keyOf(sort, range, sides), descending }));
    this.#most = most;
  }

  added(b: RowLocation): void {
    this.#add(undefined, b, []);
  }

  removed(a: RowLocation): void {
    this.#add(a, undefined, []);
  }

  changed(a: RowLocation, b: RowLocation, fields: readonly FieldPair[]): void {
    this.#add(a, b, fields);
  }

  /** Passes on what is kept, in order; yields after a part of it. */
  *tell(events: DiffEvents): Generator<void, void, undefined> {
    for (const [i, { a, b, fields }] of this.#ordered().entries()) {
      if (i > 0 && i % PART === 0) yield;
      if (a !== undefined && b !== undefined) events.changed(a, b, fields);
      else if (b !== undefined) events.added(b);
      else if (a !== undefined) events.removed(a);
    }
  }

  #add(a: RowLocation | undefined, b: RowLocation | undefined, fields: readonly FieldPair[]): void {
    const most = this.#most ?? MOST;
    const difference = { keys: this.#keys.map(({ read }) => read(a, b)), a, b, fields };
    if (this.#most === undefined && this.#kept.length >= most) {
      throw queryLimit(`--sort: more than ${MOST} differences are more than can be put in order: use --top N`);
    }
    const copied = { ...difference, a: a && copyOf(a, this.#sides.a), b: b && copyOf(b, this.#sides.b) };
    this.#kept.push(copied);
    // Twice as many as wanted are kept, so that they are not sorted at each one.
    if (this.#most !== undefined && this.#kept.length >= 2 * most + 1000) this.#kept = this.#ordered();
  }

  #ordered(): Difference[] {
    const signs = this.#keys.map(({ descending }) => (descending ? -1 : 1));
    const ordered = [...this.#kept].sort((x, y) => compare(x.keys, y.keys, signs));
    return this.#most === undefined ? ordered : ordered.slice(0, this.#most);
  }
}

function compare(
  x: readonly (Sortable | undefined)[],
  y: readonly (Sortable | undefined)[],
  signs: readonly number[],
): number {
  for (const [i, sign] of signs.entries()) {
    const [a, b] = [x[i], y[i]];
    if (a === b) continue;
    if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
    if (a !== b) return a < b ? -sign : sign;
  }
  return 0;
}

function keyOf(source: QueryText, range: Range, sides: { readonly a: Query; readonly b: Query }): OrderKey["read"] {
  const text = source.text.slice(range.start, range.end);
  const [, path, suffix] = /^(.*)\.(delta|rate)$/.exec(text) ?? [];
  const pair = path === undefined ? undefined : pairOf(path, sides);
  if (pair !== undefined) {
    const change = compileChange(pair);
    if (change === undefined) throw queryError(source, range, `\`${path}\` has no ${suffix}: it counts nothing`);
    return (a, b) => (a === undefined || b === undefined ? undefined : change(a, b));
  }
  const read = { a: fieldReader(source, range, sides.a), b: fieldReader(source, range, sides.b) };
  return (a, b) => (b !== undefined ? read.b(b) : a && read.a(a));
}

function pairOf(path: string, { a, b }: { readonly a: Query; readonly b: Query }): FieldPair | undefined {
  return compileComparisons(a, b).find(({ pair }) => pair.b.path === path)?.pair;
}

function fieldReader(
  source: QueryText,
  range: Range,
  { entryTypes, shape }: Query,
): (at: RowLocation) => Sortable | undefined {
  if (shape.cpus > 0 && source.text.slice(range.start, range.end) === "cpu") return ({ cpu }) => cpu;
  const field = resolvePath(source, entryTypes, parsePath(source, range.start, range.end));
  if (scalarKind(field) === "none") throw queryError(source, range, noOrderText(field));
  const read = compileAccessor(field);
  if (field.side === "key") return ({ keys, keysView, k }) => read?.(keys, keysView, k);
  return ({ values, valuesView, v }) => read?.(values, valuesView, v);
}

/** A copy of a row, whose buffers are used again. */
function copyOf({ keys, k, values, v, cpu }: RowLocation, { shape }: Query): RowLocation {
  const valueSize = shape.cpus > 0 ? shape.valueStride / shape.cpus : shape.valueStride;
  const [key, value] = [keys.slice(k, k + shape.keySize), values.slice(v, v + valueSize)];
  return { keys: key, keysView: viewOf(key), k: 0, values: value, valuesView: viewOf(value), v: 0, cpu };
}
