import type { RowRun } from "../../query/rows/rows.ts";
import type { BatchMemory } from "../../reader/entries.ts";

/** Writes the rows of one query in one format. */
export interface RowWriter {
  /** Returns memory for the batches of the read, if the writer has a use for them there. */
  batchMemory?(): BatchMemory | undefined;
  /** Writes the text before the first row. */
  begin(): void;
  write(run: RowRun): void;
  /** Passes on rows that are held back, where a reader waits for them. */
  flush?(): void;
  /** Writes the text behind the last row. `complete`: whether the rows are all that there were. */
  end(complete: boolean): void;
}
