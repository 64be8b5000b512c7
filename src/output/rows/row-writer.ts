import type { RowRun } from "../../query/rows/rows.ts";

/** Writes the rows of one query in one format. */
export interface RowWriter {
  /** Writes what stands before the first row. */
  begin(): void;
  write(run: RowRun): void;
  /** Writes what stands behind the last row. */
  end(): void;
}
