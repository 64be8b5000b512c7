import type { Layout } from "../../schema/layout.ts";
import type { RowRun } from "../rows/rows.ts";

/** One aggregate of one group, such as a sum: fed row by row, then written as a value of `layout`. */
export interface Accumulator {
  readonly layout: Layout;
  add(run: RowRun, row: number): void;
  write(view: DataView, at: number): void;
}
