import { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { Query } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import { JsonRows, type JsonRowsOptions } from "./json-rows.ts";
import type { RowWriter } from "./row-writer.ts";
import { YamlFromJson } from "./yaml-from-json.ts";

/** How much JSON is turned round at once. */
const CHUNK = 32 * 1024;

/**
 * Writes rows as one YAML list: what the JSON has, in other clothes, digit by digit. It is the same in YAML 1.2 and 1.1:
 * a text such as `on` or `1:30`, which the older one takes for something else, stands in quotes. Memory grows neither
 * with the map nor with its values.
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

  begin(): void {}

  write(run: RowRun): void {
    this.#rows.write(run);
    this.#json.flush();
  }

  end(): void {
    this.#yaml.end();
  }
}
