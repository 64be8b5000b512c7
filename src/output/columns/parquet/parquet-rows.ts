import type { OutputBuffer } from "../../../codec/text/output-buffer.ts";
import type { Query } from "../../../query/query.ts";
import type { RowRun } from "../../../query/rows/rows.ts";
import type { RowWriter } from "../../rows/row-writer.ts";
import { unreadNote } from "../../rows/unread-note.ts";
import { ColumnCollector } from "../collect.ts";
import type { ColumnOptions } from "../column-options.ts";
import { bestCompression } from "./compression.ts";
import { ParquetFile } from "./parquet-file.ts";

/** The rows and bytes of a row group at most. */
export const LIMITS = { rows: 65_536, bytes: 8 * 2 ** 20 };

/** Writes rows as a Parquet file. It can be read once its end is there, which describes the rest. */
export class ParquetRows implements RowWriter {
  readonly #collector: ColumnCollector;
  readonly #file: ParquetFile;
  readonly #options: ColumnOptions;

  constructor(query: Query, out: OutputBuffer, options: ColumnOptions) {
    const take = { ...options.fill, missing: "dense" } as const;
    this.#collector = new ColumnCollector(query, take, LIMITS, "again", (table) => this.#file.add(table));
    this.#file = new ParquetFile(this.#collector.columns, bestCompression(), (bytes) => out.write(bytes));
    this.#options = options;
  }

  begin(): void {
    this.#file.begin();
  }

  write(run: RowRun): void {
    this.#collector.add(run);
  }

  end(): void {
    this.#collector.flush();
    this.#file.end(this.#options.notes, this.#collector.table());
    const { unread } = this.#collector;
    if (unread > 0) this.#options.warn(unreadNote(unread, "are shown without them"));
  }
}
