import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { Query } from "../../query/query.ts";
import type { RowWriter } from "../rows/row-writer.ts";
import type { ColumnOptions } from "./column-options.ts";
import type { ColumnFormat } from "./formats.ts";
import type { TableFormat } from "./table-writer.ts";

/** Returns a format of columns. It loads only the code of that format. */
export async function openTableFormat(
  format: ColumnFormat,
  out: OutputBuffer,
  notes: ReadonlyMap<string, string>,
): Promise<TableFormat> {
  switch (format) {
    case "arrow": {
      const { arrowFormat } = await import("./arrow/arrow-format.ts");
      return arrowFormat(out, notes);
    }
    case "parquet": {
      const { parquetFormat } = await import("./parquet/parquet-format.ts");
      return parquetFormat(out, notes);
    }
  }
  return format satisfies never;
}

/** Returns the writer of a query's rows in a format of columns. */
export async function openColumnWriter(
  query: Query,
  format: ColumnFormat,
  out: OutputBuffer,
  options: ColumnOptions,
): Promise<RowWriter> {
  const { ColumnRows } = await import("./column-rows.ts");
  return new ColumnRows(query, await openTableFormat(format, out, options.notes), options);
}
