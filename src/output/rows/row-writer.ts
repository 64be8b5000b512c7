import type { RowRun } from "../../query/rows/rows.ts";

/** Writes the rows of one query in one format. */
export interface RowWriter {
  /** Writes the text before the first row. */
  begin(): void;
  write(run: RowRun): void;
  /** Writes the text behind the last row. */
  end(): void;
}
