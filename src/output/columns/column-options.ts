import type { FillOptions } from "./fill/filler.ts";

/** The form of columns, and what a file says about them. */
export interface ColumnOptions {
  readonly fill: Omit<FillOptions, "missing">;
  /** Facts for the file as a whole. */
  readonly notes: ReadonlyMap<string, string>;
  /** Called with one line about values that are missing. */
  readonly warn: (line: string) => void;
}
