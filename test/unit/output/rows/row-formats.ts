import { HistRows } from "../../../../src/output/hist/hist.ts";
import type { Scale } from "../../../../src/output/hist/hist-scale.ts";
import { compileRender } from "../../../../src/output/render/render.ts";
import type { CellOptions } from "../../../../src/output/rows/cells.ts";
import { CsvRows } from "../../../../src/output/rows/csv.ts";
import { JsonRows } from "../../../../src/output/rows/json-rows.ts";
import { TableRows } from "../../../../src/output/rows/table.ts";
import { YamlRows } from "../../../../src/output/rows/yaml.ts";
import { type Asked, type MakeWriter, NDJSON, printQuery, SURROUNDINGS } from "../../query/run-query.ts";

/** Ids of maps of QueryKernel. */
export const CONNS = 7;
export const HITS = 11;
export const LATENCY = 12;
export const COUNTS = 13;
export const BARE = 15;
export const RING = 16;

const CELLS: Omit<CellOptions, "shown"> = {
  json: { int64: "digits", enums: "name" },
  render: compileRender("text", SURROUNDINGS),
};

/** Makes the writer of a format; its notes go to `warn`. */
export type Format = (warn: (line: string) => void) => MakeWriter;

export function table(width?: number, color = false): Format {
  return (warn) => (query, out) => new TableRows(query, out, { ...CELLS, width, color, warn });
}

export function csv({ isTerminal = false, isSafe = false } = {}): Format {
  return (warn) => (query, out) => new CsvRows(query, out, { ...CELLS, isTerminal, isSafe, warn });
}

export function json(array: boolean): Format {
  return () => (query, out) => new JsonRows(query, out, { ...NDJSON, array });
}

export function yaml(): Format {
  return () => (query, out) => new YamlRows(query, out, NDJSON);
}

export function hist(scale?: Scale, width = 40): Format {
  return () => (query, out) => new HistRows(query, out, { ...CELLS, width, scale });
}

/** Returns what a format prints of a query, the notes behind it. */
export async function printed(id: number, asked: Asked, format: Format): Promise<string> {
  const notes: string[] = [];
  const { text } = await printQuery(
    id,
    asked,
    format((line) => notes.push(line)),
  );
  return text + notes.map((note) => `${note}\n`).join("");
}

/** A format whose notes nobody reads. */
export function silent(format: Format): MakeWriter {
  return format(() => undefined);
}
