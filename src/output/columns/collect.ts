import type { Query } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import { type Column, type ColumnData, type ColumnTable, widthOf } from "./column.ts";
import { ColumnCompiler } from "./fill/compile.ts";
import type { FillOptions } from "./fill/filler.ts";
import { rowFillers, uniquelyNamed } from "./fill/row-columns.ts";
import { entrySpan, type RowFiller, rowSpan, spanEnd } from "./fill/row-span.ts";

/** The most that is collected before it is passed on. */
export interface TableLimits {
  readonly rows: number;
  readonly bytes: number;
}

/** The most bytes of columns that are filled at a time, about. */
const SPAN_BYTES = 2 ** 20;
const MAX_SPAN_ROWS = 4096;

/** Collects the rows of a query in columns, and passes them on in tables of bounded size. */
export class ColumnCollector {
  readonly columns: readonly Column[];
  readonly #query: Query;
  readonly #fillers: readonly RowFiller[];
  readonly #limits: TableLimits;
  readonly #buffers: "again" | "anew";
  readonly #take: (table: ColumnTable) => void;
  readonly #spanRows: number;
  #rows = 0;
  /** Values that couldn't be read. */
  unread = 0;

  /** `buffers`: "anew" where tables are kept; else the next one comes in the same memory. `leading`: columns in front. */
  constructor(
    query: Query,
    options: FillOptions,
    limits: TableLimits,
    buffers: "again" | "anew",
    take: (table: ColumnTable) => void,
    leading: readonly RowFiller[] = [],
  ) {
    this.#query = query;
    this.#fillers = uniquelyNamed([...leading, ...rowFillers(query, new ColumnCompiler(options))]);
    this.columns = this.#fillers.map(({ column }) => column);
    this.#limits = limits;
    this.#buffers = buffers;
    this.#take = take;
    const width = this.columns.reduce((sum, { type }) => sum + widthOf(type), 0);
    this.#spanRows = Math.max(1, Math.min(MAX_SPAN_ROWS, Math.floor(SPAN_BYTES / Math.max(1, width))));
  }

  add(run: RowRun): void {
    const isJoined = this.#query.rows === "cpu" && this.#query.columns === undefined;
    for (let from = 0; from < run.count; ) {
      const room = Math.min(this.#spanRows, this.#limits.rows - this.#rows);
      const end = isJoined ? spanEnd(run, from, room) : Math.min(run.count, from + room);
      const span = isJoined ? entrySpan(run, from, end, this.#query.shape) : rowSpan(run, from, end, this.#query.shape);
      if (span.isThere !== undefined) {
        for (let row = 0; row < span.count; row++) if (!span.isThere(row)) this.unread += 1;
      }
      for (const filler of this.#fillers) filler.addRows(span);
      this.#rows += span.count;
      from = end;
      if (this.#rows >= this.#limits.rows || this.#bytes() >= this.#limits.bytes) this.flush();
    }
  }

  /** Passes on what is left. */
  flush(): void {
    if (this.#rows === 0) return;
    this.#take(this.table());
    this.drop();
  }

  /** Forgets what is collected now. */
  drop(): void {
    this.#rows = 0;
    for (const filler of this.#fillers) filler.clear(this.#buffers);
  }

  /** What is collected now. */
  table(): ColumnTable {
    return { columns: this.#fillers.map((filler) => filler.data()), length: this.#rows };
  }

  #bytes(): number {
    return this.#fillers.reduce((sum, filler) => sum + bytesOf(filler.data()), 0);
  }
}

function bytesOf(data: ColumnData): number {
  switch (data.kind) {
    case "fixed":
      return data.bytes.length;
    case "bits":
      return data.bits.length;
    case "text":
      return data.bytes.length + data.offsets.byteLength;
    case "names":
      return data.indexes.byteLength;
    case "struct":
      return data.children.reduce((sum, child) => sum + bytesOf(child), 0);
    case "array":
    case "list":
      return bytesOf(data.child);
  }
  return data satisfies never;
}
