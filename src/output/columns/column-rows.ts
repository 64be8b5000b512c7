import type { Query } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import type { RowWriter } from "../rows/row-writer.ts";
import { unreadNote } from "../rows/unread-note.ts";
import { ColumnCollector } from "./collect.ts";
import type { ColumnOptions } from "./column-options.ts";
import { completeNote } from "./origin-notes.ts";
import { TABLE_LIMITS, type TableFormat, type TableWriter } from "./table-writer.ts";

/** Writes the rows of a query as tables. */
export class ColumnRows implements RowWriter {
  readonly #collector: ColumnCollector;
  readonly #writer: TableWriter;
  readonly #isStream: boolean;
  readonly #warn: ColumnOptions["warn"];

  constructor(query: Query, format: TableFormat, { fill, warn }: Pick<ColumnOptions, "fill" | "warn">) {
    const options = { ...fill, missing: format.missing };
    this.#collector = new ColumnCollector(query, options, TABLE_LIMITS, "again", (table) => this.#writer.add(table));
    this.#writer = format.open(this.#collector.columns);
    this.#isStream = format.isStream;
    this.#warn = warn;
  }

  begin(): void {
    this.#writer.begin();
  }

  write(run: RowRun): void {
    this.#collector.add(run);
  }

  flush(): void {
    if (this.#isStream) this.#collector.flush();
  }

  end(complete: boolean): void {
    this.#collector.flush();
    this.#writer.end(this.#collector.table(), completeNote(complete));
    const { unread } = this.#collector;
    if (unread > 0) this.#warn(unreadNote(unread, "are shown without them"));
  }
}
