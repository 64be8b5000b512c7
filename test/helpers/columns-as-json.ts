import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Kernel } from "../../src/sys/kernel.ts";
import { arrowRows, arrowRowsOfRust, duckRows, parquetRowsOfRust } from "./column-readers.ts";
import { runOurs } from "./run-ours.ts";
import { difference } from "./same-values.ts";

/** The outcome of a dump in columns, compared with the same dump as JSON. */
export interface Compared {
  /** The status of the dump as JSON, and of those as Arrow and as Parquet. */
  readonly statuses: readonly number[];
  readonly rows: number;
  /** The values that each reader reads differently from `-o ndjson`. */
  readonly different: readonly string[];
}

/** Runs a dump as lines of JSON, as Arrow and as Parquet, and compares what DuckDB, arrow-rs and apache-arrow read. */
export async function columnsAsJson(words: readonly string[], folder: string, kernel?: Kernel): Promise<Compared> {
  const json = await runOurs([...words, "--int64", "string", "-o", "ndjson"], kernel);
  const arrow = await runOurs([...words, "-o", "arrow"], kernel);
  const parquet = await runOurs([...words, "-o", "parquet"], kernel);
  const statuses = [json.status, arrow.status, parquet.status];
  if (json.status !== 0) return { statuses, rows: 0, different: [] };
  const file = join(folder, "compared.parquet");
  writeFileSync(file, parquet.stdout);
  const wanted = json.stdout.toString().split("\n").slice(0, -1).map(exactRow);
  const readers = {
    "apache-arrow": arrowRows(arrow.stdout),
    "arrow-rs": arrowRowsOfRust(arrow.stdout),
    "arrow-rs, Parquet": parquetRowsOfRust(parquet.stdout),
    DuckDB: await duckRows(`select * from '${file}'`),
  };
  const different = Object.entries(readers).flatMap(([reader, found]) => {
    if (found.length !== wanted.length) return [`${reader}: ${found.length} rows for ${wanted.length}`];
    return wanted.flatMap((row, i) => {
      const problem = difference(row, found[i]);
      return problem === undefined ? [] : [`${reader}: ${problem}`];
    });
  });
  return { statuses, rows: wanted.length, different };
}

/**
 * A row of JSON with its long integers as digits: they have more than a number holds. A value that couldn't be read is
 * null.
 */
function exactRow(text: string): Record<string, unknown> {
  const exact = text.replace(/(?<=[:[,])-?\d{16,}(?=[,\]}])/g, '"$&"');
  const { error, ...row } = JSON.parse(exact) as Record<string, unknown>;
  return error === undefined ? row : { ...row, value: null };
}
