import { viewOf } from "../../bytes.ts";
import { queryLimit } from "../fields/query-error.ts";
import type { Query } from "../query.ts";
import { RowTable } from "../rows/row-table.ts";
import { type RowRun, valueOffset } from "../rows/rows.ts";
import { withoutUnread } from "../rows/select-rows.ts";
import { compileComparisons, type FieldComparison, type FieldPair, type RowLocation } from "./comparisons.ts";

/** Receives the differences as they are found. */
export interface DiffEvents {
  added(b: RowLocation): void;
  removed(a: RowLocation): void;
  changed(a: RowLocation, b: RowLocation, fields: readonly FieldPair[]): void;
}

export interface DiffCounts {
  added: number;
  removed: number;
  changed: number;
  same: number;
}

/** Differences that are told at the end without a break. */
export const PART = 1024;

/**
 * Compares the rows of two maps: keeps all rows of the first, then compares those of the second as they are read.
 * Memory is that of the first map's rows, up to 1 GiB; the second map may have any size.
 */
export class Diff {
  readonly counts: DiffCounts = { added: 0, removed: 0, changed: 0, same: 0 };
  readonly #a: Query;
  readonly #b: Query;
  readonly #events: DiffEvents;
  readonly #table: RowTable;
  readonly #comparisons: readonly FieldComparison[];
  /** The types are the same, so equal bytes are equal values. */
  readonly #sameTypes: boolean;
  #met = new Uint8Array(0);

  /** Both queries have keys of the same size. `sameTypes`: their layouts don't differ. */
  constructor(a: Query, b: Query, sameTypes: boolean, events: DiffEvents) {
    this.#a = a;
    this.#b = b;
    this.#sameTypes = sameTypes;
    this.#events = events;
    this.#table = new RowTable(a.shape);
    this.#comparisons = compileComparisons(a, b);
  }

  /** Keeps rows of the first map. Throws QUERY_INVALID past 1 GiB of them. */
  keep(run: RowRun): void {
    const rows = withoutUnread(run, this.#a.counts);
    for (let row = 0; row < rows.count; row++) {
      const known = this.#table.find(rows, row);
      if (known >= 0) this.#table.setValue(known, rows, row);
      else if (this.#table.add(rows, row) < 0) throw queryLimit(tooMany(this.#table.count));
    }
  }

  /** Compares rows of the second map, once the first has been read. */
  compare(run: RowRun): void {
    if (this.#met.length < this.#table.count) this.#met = new Uint8Array(this.#table.count);
    const rows = withoutUnread(run, this.#b.counts);
    const { keys, values } = rows.batch;
    const [keysView, valuesView] = [viewOf(keys), viewOf(values)];
    for (let row = 0; row < rows.count; row++) {
      const k = (rows.entries[row] as number) * this.#b.shape.keySize;
      const v = valueOffset(rows, row, this.#b.shape.valueStride);
      const location = { keys, keysView, k, values, valuesView, v, cpu: Math.max(0, rows.cpus?.[row] ?? 0) };
      const known = this.#table.find(rows, row);
      if (known >= 0) this.#compareValues(known, rows, row, location);
      else {
        this.counts.added += 1;
        this.#events.added(location);
      }
    }
  }

  /** Reports the rows that only the first map has; yields after a part of them. */
  *finish(): Generator<void, void, undefined> {
    for (let i = 0; i < this.#table.count; i++) {
      if (this.#met[i] === 1) continue;
      this.counts.removed += 1;
      this.#events.removed(this.#location(i));
      if (this.counts.removed % PART === 0) yield;
    }
  }

  #compareValues(known: number, run: RowRun, row: number, b: RowLocation): void {
    this.#met[known] = 1;
    const a = this.#location(known);
    const isSame = this.#sameTypes && this.#table.hasValue(known, run, row);
    const fields = isSame ? [] : this.#comparisons.filter(({ differs }) => differs(a, b)).map(({ pair }) => pair);
    if (fields.length === 0) {
      this.counts.same += 1;
      return;
    }
    this.counts.changed += 1;
    this.#events.changed(a, b, fields);
  }

  #location(index: number): RowLocation {
    const { keys, keysView, keyStride, values, valuesView, valueSize } = this.#table;
    const cpu = this.#table.cpuOf(index);
    return { keys, keysView, k: index * keyStride, values, valuesView, v: index * valueSize, cpu };
  }
}

function tooMany(rows: number): string {
  return `diff: the first map has more than ${rows} rows, which is all that 1 GiB holds (put the smaller map first, or use --where)`;
}
