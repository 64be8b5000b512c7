import type { EntryBatch, EntryShape, EntrySource } from "../../reader/entries.ts";
import type { CompiledWhere } from "../cel/where.ts";
import type { RowRun } from "./rows.ts";

/** The figures of one run of a query, complete when the run is. */
export interface QueryCounts {
  /** Entries that were read. */
  seen: number;
  /** Rows for which the condition was true, before any limit. */
  matched: number;
  /** Entries, or groups, that the query gave. */
  kept: number;
  /** Entries left out because their value couldn't be read and the query needs it. */
  unread: number;
  /** Groups that were evicted. */
  evicted: number;
}

/** The counts of a query that has not run yet. */
export function noCounts(): QueryCounts {
  return { seen: 0, matched: 0, kept: 0, unread: 0, evicted: 0 };
}

/** The way from entries to rows. */
export interface RowSelection {
  readonly shape: EntryShape;
  readonly where: CompiledWhere | undefined;
  /** Leaves out CPUs whose value is all zeros. */
  readonly skipsZeros: boolean;
  /** Turns a batch of the map into one of `shape`. */
  readonly transform: (batch: EntryBatch) => EntryBatch;
  readonly counts: QueryCounts;
}

/** The rows that a selection keeps, in the map's order. Reading ends after `limit` entries. */
export async function* selectRows(
  selection: RowSelection,
  source: EntrySource,
  limit: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<RowRun> {
  const { counts, transform } = selection;
  const select = new Selector(selection);
  counts.kept = 0;
  counts.unread = 0;
  counts.seen = 0;
  counts.matched = 0;
  while (counts.kept < limit) {
    const batch = await source.next();
    if (batch === undefined) return;
    const run = cut(select.rows(transform(batch), counts.seen), limit - counts.kept);
    counts.seen += batch.count;
    counts.kept += entryCount(run);
    if (run.count > 0) yield run;
  }
}

/** All entries of a batch as rows. */
export function wholeRun(batch: EntryBatch, first: number): RowRun {
  const entries = Int32Array.from({ length: batch.count }, (_, i) => i);
  return { batch, count: batch.count, entries, cpus: undefined, cpuStride: 0, index: first };
}

/** The rows of the first `entries` entries of a run. */
export function cut(run: RowRun, entries: number): RowRun {
  if (run.cpus === undefined) return run.count <= entries ? run : { ...run, count: entries };
  let count = 0;
  for (let seen = 0; count < run.count; count++) {
    if (count === 0 || run.entries[count] !== run.entries[count - 1]) seen += 1;
    if (seen > entries) break;
  }
  return { ...run, count };
}

/** A run without the rows of entries whose value couldn't be read, which are counted. */
export function withoutUnread(run: RowRun, counts: QueryCounts): RowRun {
  const { errnos } = run.batch;
  if (errnos === undefined) return run;
  const rows = Array.from({ length: run.count }, (_, row) => row).filter(
    (row) => errnos[run.entries[row] as number] === 0,
  );
  counts.unread += run.count - rows.length;
  const pick = (list: Int32Array): Int32Array => Int32Array.from(rows, (row) => list[row] as number);
  return { ...run, count: rows.length, entries: pick(run.entries), cpus: run.cpus && pick(run.cpus) };
}

function entryCount(run: RowRun): number {
  if (run.cpus === undefined) return run.count;
  let entries = 0;
  for (let row = 0; row < run.count; row++) {
    if (row === 0 || run.entries[row] !== run.entries[row - 1]) entries += 1;
  }
  return entries;
}

/** Turns one batch after the other into rows, in lists that it reuses. */
class Selector {
  readonly #selection: RowSelection;
  #entries = new Int32Array(0);
  #cpus = new Int32Array(0);

  constructor(selection: RowSelection) {
    this.#selection = selection;
  }

  rows(batch: EntryBatch, first: number): RowRun {
    const { shape, where, skipsZeros, counts } = this.#selection;
    const most = batch.count * Math.max(1, shape.cpus);
    if (this.#entries.length < most) {
      this.#entries = new Int32Array(most);
      this.#cpus = new Int32Array(most);
    }
    const count = where === undefined ? this.#all(batch) : where.filter(batch, first, this.#entries, this.#cpus);
    counts.matched += count;
    if (where?.reads.has("value") || (where !== undefined && shape.cpus > 0)) counts.unread += unreadOf(batch);
    const cpus = shape.cpus > 0 ? this.#cpus : undefined;
    const cpuStride = shape.cpus > 0 ? shape.valueStride / shape.cpus : 0;
    const run: RowRun = { batch, count, entries: this.#entries, cpus, cpuStride, index: first };
    return skipsZeros ? this.#withoutZeros(run) : run;
  }

  #all({ count, errnos }: EntryBatch): number {
    const { cpus } = this.#selection.shape;
    let rows = 0;
    for (let entry = 0; entry < count; entry++) {
      const unread = errnos !== undefined && errnos[entry] !== 0;
      for (let cpu = unread || cpus === 0 ? -1 : 0; cpu < (unread || cpus === 0 ? 0 : cpus); cpu++) {
        this.#entries[rows] = entry;
        this.#cpus[rows] = cpu;
        rows += 1;
      }
    }
    return rows;
  }

  #withoutZeros(run: RowRun): RowRun {
    const { valueStride } = this.#selection.shape;
    let count = 0;
    for (let row = 0; row < run.count; row++) {
      const entry = this.#entries[row] as number;
      const cpu = this.#cpus[row] as number;
      const at = entry * valueStride + cpu * run.cpuStride;
      if (cpu >= 0 && isZero(run.batch.values, at, run.cpuStride)) continue;
      this.#entries[count] = entry;
      this.#cpus[count] = cpu;
      count += 1;
    }
    return { ...run, count };
  }
}

function isZero(bytes: Uint8Array, at: number, size: number): boolean {
  for (let i = at; i < at + size; i++) if (bytes[i] !== 0) return false;
  return true;
}

function unreadOf({ errnos, count }: EntryBatch): number {
  let unread = 0;
  for (let i = 0; errnos !== undefined && i < count; i++) if (errnos[i] !== 0) unread += 1;
  return unread;
}
