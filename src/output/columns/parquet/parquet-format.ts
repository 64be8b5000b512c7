import type { OutputBuffer } from "../../../codec/text/output-buffer.ts";
import type { TableFormat } from "../table-writer.ts";
import { bestCompression } from "./compression.ts";
import { ParquetFile } from "./parquet-file.ts";

/**
 * Returns the format of Parquet files. One can be read once its end is there, which describes the rest and has the
 * `notes`.
 */
export function parquetFormat(out: OutputBuffer, notes: ReadonlyMap<string, string>): TableFormat {
  return {
    missing: "dense",
    isStream: false,
    open(columns) {
      const file = new ParquetFile(columns, bestCompression(), (bytes) => out.write(bytes));
      return {
        begin: () => file.begin(),
        add: (table) => file.add(table),
        end: (empty, last) => file.end(new Map([...notes, ...last]), empty),
      };
    },
  };
}
