import type { Query } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import { Collection } from "./collection.ts";
import { type Column, type ColumnTable, widthOf } from "./column.ts";
import { ColumnCompiler } from "./fill/compile.ts";
import type { FillOptions } from "./fill/filler.ts";
import { rowFillers } from "./fill/row-columns.ts";
import { entrySpan, type RowFiller, rowSpan, spanEnd } from "./fill/row-span.ts";
import type { TableLimits } from "./table-writer.ts";

/** The most bytes of columns that are filled at a time, about. */
const SPAN_BYTES = 2 ** 20;
const MAX_SPAN_ROWS = 4096;

/** Collects the rows of a query in columns, and passes them on in tables of bounded size. */
export class ColumnCollector {
  readonly columns: readonly Column[];
  readonly #query: Query;
  readonly #fillers: readonly RowFiller[];
  readonly #collection: Collection;
  readonly #spanRows: number;
  /** Values that couldn't be read. */
  unread = 0;

  /**
   * `buffers`: "anew" where tables are kept; else the next one comes in the same memory. `leading`: columns in front.
   */
  constructor(
    query: Query,
    options: FillOptions,
    limits: TableLimits,
    buffers: "again" | "anew",
    take: (table: ColumnTable) => void,
    leading: readonly RowFiller[] = [],
  ) {
    this.#query = query;
    this.#fillers = [...leading, ...rowFillers(query, new ColumnCompiler(options))];
    this.#collection = new Collection(this.#fillers, limits, buffers, take);
    this.columns = this.#collection.columns;
    const width = this.columns.reduce((sum, { type }) => sum + widthOf(type), 0);
    this.#spanRows = Math.max(1, Math.min(MAX_SPAN_ROWS, Math.floor(SPAN_BYTES / Math.max(1, width))));
  }

  add(run: RowRun): void {
    const isJoined = this.#query.rows === "cpu" && this.#query.columns === undefined;
    for (let from = 0; from < run.count; ) {
      const room = Math.min(this.#spanRows, this.#collection.room);
      const end = isJoined ? spanEnd(run, from, room) : Math.min(run.count, from + room);
      const span = isJoined ? entrySpan(run, from, end, this.#query.shape) : rowSpan(run, from, end, this.#query.shape);
      if (span.isThere !== undefined) {
        for (let row = 0; row < span.count; row++) if (!span.isThere(row)) this.unread += 1;
      }
      for (const filler of this.#fillers) filler.addRows(span);
      from = end;
      this.#collection.added(span.count);
    }
  }

  /** Passes on what is left. */
  flush(): void {
    this.#collection.flush();
  }

  /** Forgets what is collected now. */
  drop(): void {
    this.#collection.drop();
  }

  /** Returns the table of what is collected now. */
  table(): ColumnTable {
    return this.#collection.table();
  }
}
