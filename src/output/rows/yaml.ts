import { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { Query } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import type { BatchMemory } from "../../reader/entries.ts";
import { JsonRows, type JsonRowsOptions } from "./json-rows.ts";
import type { RowWriter } from "./row-writer.ts";
import { YamlFromJson } from "./yaml-from-json.ts";

/** The number of bytes of JSON that are converted at once. */
const CHUNK = 32 * 1024;

/**
 * Writes rows as one YAML list that says what the JSON says, digit by digit. YAML 1.1 and 1.2 read it alike: a text
 * such as `on` or `1:30`, which is no string in 1.1, is quoted. Memory grows neither with the map nor with its values.
 */
export class YamlRows implements RowWriter {
  readonly #rows: JsonRows;
  readonly #json: OutputBuffer;
  readonly #yaml: YamlFromJson;

  constructor(query: Query, out: OutputBuffer, options: Omit<JsonRowsOptions, "array">) {
    this.#yaml = new YamlFromJson(out);
    this.#json = new OutputBuffer((bytes) => this.#yaml.write(bytes), { capacity: CHUNK, shown: out.shown });
    this.#rows = new JsonRows(query, this.#json, { ...options, array: false });
  }

  batchMemory(): BatchMemory {
    return this.#rows.batchMemory();
  }

  begin(): void {}

  write(run: RowRun): void {
    this.#rows.write(run);
    this.#json.flush();
  }

  end(): void {
    this.#yaml.end();
  }
}
