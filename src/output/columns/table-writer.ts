import type { Column, ColumnTable, Missing } from "./column.ts";

/** The most that is collected before it is passed on. */
export interface TableLimits {
  readonly rows: number;
  readonly bytes: number;
}

/** The rows and bytes of a record batch, or of a row group, at most. */
export const TABLE_LIMITS: TableLimits = { rows: 65_536, bytes: 8 * 2 ** 20 };

/** Writes tables of the same columns as one file or stream. */
export interface TableWriter {
  begin(): void;
  /** The buffers of the table may be used again afterwards. */
  add(table: ColumnTable): void;
  /** Ends the output, and says in it what is known at its end; `empty` is a table without rows. */
  end(empty: ColumnTable, notes: ReadonlyMap<string, string>): void;
}

/** A format of tables. */
export interface TableFormat {
  readonly missing: Missing;
  /** A reader can use what is there before the end is. */
  readonly isStream: boolean;
  open(columns: readonly Column[]): TableWriter;
}
