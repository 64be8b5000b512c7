import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { Query } from "../../query/query.ts";
import type { RowWriter } from "../rows/row-writer.ts";
import type { ColumnOptions } from "./column-options.ts";
import type { ColumnFormat } from "./formats.ts";

/** Returns the writer of a query's rows in a format of columns. It loads only the code of that format. */
export async function openColumnWriter(
  query: Query,
  format: ColumnFormat,
  out: OutputBuffer,
  options: ColumnOptions,
): Promise<RowWriter> {
  switch (format) {
    case "arrow": {
      const { ArrowRows } = await import("./arrow/arrow-rows.ts");
      return new ArrowRows(query, out, options);
    }
    case "parquet": {
      const { ParquetRows } = await import("./parquet/parquet-rows.ts");
      return new ParquetRows(query, out, options);
    }
  }
  return format satisfies never;
}
