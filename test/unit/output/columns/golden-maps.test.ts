import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { goldenPath, recordedNames } from "../../../golden/recorded.ts";
import { arrowRows, arrowRowsOfRust, duckRows, parquetRowsOfRust } from "../../../helpers/column-readers.ts";
import { runOurs } from "../../../helpers/run-ours.ts";
import { difference } from "../../../helpers/same-values.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const scratch = useScratch();

test.for(recordedNames())("%s: DuckDB, arrow-rs and apache-arrow read what -o ndjson says", async (name) => {
  const words = ["dump", "file", goldenPath(name, "map.ndjson"), "--no-render", "--int64", "string"];
  const json = await runOurs([...words, "-o", "ndjson"]);
  const arrow = await runOurs([...words, "-o", "arrow"]);
  const parquet = await runOurs([...words, "-o", "parquet"]);
  expect([arrow.status, parquet.status]).toEqual([json.status, json.status]);
  if (json.status !== 0) return;
  const rows = json.stdout.toString().split("\n").slice(0, -1);
  const wanted = rows.map((row) => withoutError(exactRow(row)));
  const file = join(scratch.folder, "map.parquet");
  writeFileSync(file, parquet.stdout);
  for (const [reader, found] of Object.entries({
    "apache-arrow": arrowRows(arrow.stdout),
    "arrow-rs": arrowRowsOfRust(arrow.stdout),
    "arrow-rs of Parquet": parquetRowsOfRust(parquet.stdout),
    DuckDB: await duckRows(`select * from '${file}'`),
  })) {
    expect([reader, found.length]).toEqual([reader, wanted.length]);
    const different = wanted.map((row, i) => difference(row, found[i])).filter((one) => one !== undefined);
    expect([reader, different]).toEqual([reader, []]);
  }
});

/** A row of JSON with its long integers as digits: they have more than a number holds. */
function exactRow(text: string): Record<string, unknown> {
  return JSON.parse(text.replace(/(?<=[:[,])-?\d{16,}(?=[,\]}])/g, '"$&"')) as Record<string, unknown>;
}

/** A value that couldn't be read is null in a column. */
function withoutError({ error, ...row }: Record<string, unknown>): Record<string, unknown> {
  return error === undefined ? row : { ...row, value: null };
}
