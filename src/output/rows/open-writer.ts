import type { JsonOptions } from "../../codec/json/json-options.ts";
import type { Render } from "../../codec/json/json-program.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { Query } from "../../query/query.ts";
import type { HistOptions } from "../hist/hist.ts";
import type { OutputFormat } from "./formats.ts";
import type { RowWriter } from "./row-writer.ts";

/** The width of histograms where there is no terminal. */
const DEFAULT_WIDTH = 80;

/** The look of rows in any format. */
export interface WriterOptions {
  readonly json: JsonOptions;
  /** Returns the renderers for text that people read, or for JSON. */
  readonly render: (target: "text" | JsonOptions) => Render;
  readonly isTerminal: boolean;
  /** Columns of the terminal; undefined where nothing limits them. */
  readonly width: number | undefined;
  readonly color: boolean;
  readonly scale: HistOptions["scale"];
  /** In CSV, texts that a spreadsheet would run as formulas are marked as text. */
  readonly csvSafe: boolean;
  /** Members before the columns of each line of JSON. */
  readonly leading?: string;
  /** Called with one line about columns without room or missing values. */
  readonly warn: (line: string) => void;
}

/** Returns the writer of a query's rows in a format. It loads only the code of that format. */
export async function openRowWriter(
  query: Query,
  format: OutputFormat,
  out: OutputBuffer,
  options: WriterOptions,
): Promise<RowWriter> {
  const { json, render, isTerminal, width, color, scale, csvSafe, leading = "", warn } = options;
  switch (format) {
    case "json":
    case "ndjson": {
      const { JsonRows } = await import("./json-rows.ts");
      return new JsonRows(query, out, { ...json, render: render(json), array: format === "json", leading });
    }
    case "yaml": {
      const { YamlRows } = await import("./yaml.ts");
      return new YamlRows(query, out, { ...json, render: render(json) });
    }
    case "csv": {
      const { CsvRows } = await import("./csv.ts");
      return new CsvRows(query, out, { json, render: render("text"), isTerminal, isSafe: csvSafe, warn });
    }
    case "table": {
      const { TableRows } = await import("./table.ts");
      return new TableRows(query, out, { json, render: render("text"), width, color, warn });
    }
    case "hist": {
      const { HistRows } = await import("../hist/hist.ts");
      return new HistRows(query, out, { json, render: render("text"), width: width ?? DEFAULT_WIDTH, scale });
    }
  }
  return format satisfies never;
}
