import { viewOf } from "../../bytes.ts";
import { compileComparisons, type FieldComparison, type RowLocation } from "../diff/comparisons.ts";
import type { Query } from "../query.ts";
import { LastFirstHeap } from "../rows/heap.ts";
import { RowTable } from "../rows/row-table.ts";
import type { RowRun } from "../rows/rows.ts";
import { withoutUnread } from "../rows/select-rows.ts";
import { type Change, type Counter, changeOf, countersOf } from "./counters.ts";

/** The most rows that are followed, and the most bytes of their keys and values together. */
const MAX_FOLLOWED = 1_000_000;
const MAX_BYTES = 2 ** 29;

/** The state of a row compared with the read before. */
export const SAME = 0;
export const ADDED = 1;
export const CHANGED = 2;
export const REMOVED = 3;

/**
 * The rows of a map over several reads: their values now and one read ago, and what changed. A removed row stays,
 * marked, until the next read. Memory is bounded: past the limit, the rows that come first in `best` are followed, or
 * without an order those that were read first. The others are counted in `unfollowed`.
 */
export class Follower {
  readonly query: Query;
  readonly counters: readonly Counter[];
  readonly table: RowTable;
  /** SAME, ADDED, CHANGED or REMOVED for each row of the table. */
  states: Uint8Array = new Uint8Array(0);
  /** For each row of the table the number of the read that found its last change; 0 for what the first read found. */
  changedAt: Uint32Array = new Uint32Array(0);
  /** Seconds between this read and the one before; 0 for the first. */
  seconds = 0;
  /** The number of reads so far. */
  reads = 0;
  /** Rows of the last read that are not followed. */
  unfollowed = 0;
  /** Chooses the rows to follow past the limit: below 0 where row `a` is preferred to row `b`. */
  best: ((a: number, b: number) => number) | undefined;
  /** Rows of this read so far. */
  #received = 0;
  /** The followed rows by `best`, from the moment at which a read fills the table until its end. */
  #heap: LastFirstHeap | undefined;
  readonly #comparisons: readonly FieldComparison[];
  #previous = new Uint8Array(0);
  #previousView = viewOf(this.#previous);
  #readAt = 0;

  constructor(query: Query, maxRows: number = MAX_FOLLOWED) {
    this.query = query;
    this.counters = countersOf(query);
    const { keySize, valueStride } = query.shape;
    this.table = new RowTable(query.shape, Math.min(maxRows, Math.floor(MAX_BYTES / (keySize + valueStride + 1))));
    this.#comparisons = compileComparisons(query, query);
  }

  /** Begins a read. `now` is in milliseconds of a monotonic clock. */
  begin(now: number): void {
    this.#forget();
    this.states.fill(REMOVED, 0, this.table.count);
    this.seconds = this.reads === 0 ? 0 : (now - this.#readAt) / 1000;
    this.#readAt = now;
    this.#received = 0;
    this.#heap = undefined;
  }

  /** Adds rows of this read. */
  add(run: RowRun): void {
    const rows = withoutUnread(run, this.query.counts);
    this.#received += rows.count;
    for (let row = 0; row < rows.count; row++) {
      const known = this.table.find(rows, row);
      if (known >= 0) this.states[known] = this.#update(known, rows, row);
      else this.#add(rows, row);
    }
  }

  /** Ends a read. After an incomplete one, rows that it did not find may still exist, so they stay. */
  end(isComplete: boolean): void {
    this.reads += 1;
    this.unfollowed = this.#received - this.present;
    if (isComplete) return;
    for (let i = 0; i < this.table.count; i++) if (this.states[i] === REMOVED) this.states[i] = SAME;
  }

  /** The number of followed rows that the last read found. */
  get present(): number {
    let present = 0;
    for (let i = 0; i < this.table.count; i++) if (this.states[i] !== REMOVED) present += 1;
    return present;
  }

  /** The row as it is now. */
  now(index: number): RowLocation {
    const { keys, keysView, keyStride, values, valuesView, valueSize } = this.table;
    return {
      keys,
      keysView,
      k: index * keyStride,
      values,
      valuesView,
      v: index * valueSize,
      cpu: this.table.cpuOf(index),
    };
  }

  /** A changed row as it was one read ago. */
  before(index: number): RowLocation {
    return { ...this.now(index), values: this.#previous, valuesView: this.#previousView };
  }

  /** The change of a counter of a row; 0 where the row didn't change, or is new. */
  change(index: number, counter: Counter): Change {
    if (this.states[index] !== CHANGED) return 0;
    const [before, now] = this.#bothOf(index, counter);
    return changeOf(counter, before, now);
  }

  /** The difference of an integer of a row, below 0 where it fell. */
  difference(index: number, counter: Counter): number | bigint {
    if (this.states[index] !== CHANGED) return 0;
    const [before, now] = this.#bothOf(index, counter);
    return typeof before === "number" && typeof now === "number" ? now - before : BigInt(now) - BigInt(before);
  }

  /** The change of a counter in a second; undefined where it was reset, or this is the first read. */
  rate(index: number, counter: Counter): number | undefined {
    const change = this.change(index, counter);
    return change === "reset" || this.seconds === 0 ? undefined : Number(change) / this.seconds;
  }

  #bothOf(index: number, { read }: Counter): readonly [before: number | bigint, now: number | bigint] {
    const { values, valuesView, valueSize } = this.table;
    const at = index * valueSize;
    return [read(this.#previous, this.#previousView, at), read(values, valuesView, at)];
  }

  /** Drops the rows that the last read did not find. */
  #forget(): void {
    const { table, states } = this;
    table.retain(
      (i) => states[i] !== REMOVED,
      (from, to) => {
        states[to] = states[from] as number;
        this.changedAt[to] = this.changedAt[from] as number;
      },
    );
  }

  #add(run: RowRun, row: number): void {
    const index = this.table.add(run, row);
    if (index < 0) {
      if (this.best !== undefined && this.table.count > 0) this.#offer(run, row, this.best);
      return;
    }
    if (index >= this.states.length) this.#grow();
    this.states[index] = ADDED;
    this.changedAt[index] = this.reads;
  }

  /**
   * Follows a row instead of the last one in the order, if it comes before that. Rows that this read has not reached
   * yet keep their rank: if some of them are gone or fall, as many rows at the end are missed until the next read.
   */
  #offer(run: RowRun, row: number, best: NonNullable<Follower["best"]>): void {
    const { table } = this;
    this.#heap ??= new LastFirstHeap(
      best,
      Array.from({ length: table.count }, (_, i) => i),
    );
    table.stage(run, row);
    const { last } = this.#heap;
    if (best(table.count, last) >= 0) return;
    table.replaceWithStaged(last);
    this.states[last] = ADDED;
    this.changedAt[last] = this.reads;
    this.#heap.moved(last);
  }

  #update(index: number, run: RowRun, row: number): number {
    const { table } = this;
    if (table.hasValue(index, run, row)) return SAME;
    if (this.#previous.length < table.values.length) this.#growPrevious();
    const at = index * table.valueSize;
    this.#previous.set(table.values.subarray(at, at + table.valueSize), at);
    table.setValue(index, run, row);
    this.#heap?.moved(index);
    const [before, now] = [this.before(index), this.now(index)];
    if (!this.#comparisons.some(({ differs }) => differs(before, now))) return SAME;
    this.changedAt[index] = this.reads;
    return CHANGED;
  }

  #grow(): void {
    const states = new Uint8Array(Math.max(512, this.states.length * 2));
    states.set(this.states);
    this.states = states;
    const changedAt = new Uint32Array(states.length);
    changedAt.set(this.changedAt);
    this.changedAt = changedAt;
  }

  #growPrevious(): void {
    const previous = new Uint8Array(this.table.values.length);
    previous.set(this.#previous);
    this.#previous = previous;
    this.#previousView = viewOf(previous);
  }
}
