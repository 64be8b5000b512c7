import { Document, isScalar, parse, Scalar, type ScalarTag, visit } from "yaml";
import { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { Query } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import { JsonRows, type JsonRowsOptions } from "./json-rows.ts";
import type { RowWriter } from "./row-writer.ts";

/** A character that YAML wants escaped, or a byte that isn't UTF-8. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/** The text that YAML 1.1 has a type of its own for. */
const VALUE_TAG = "=";

/** To YAML 1.1, which most parsers outside of JavaScript still read, a number needs a point before its exponent. */
const EXPONENT: ScalarTag = {
  tag: "tag:yaml.org,2002:float",
  default: true,
  test: /^$/,
  identify: (value) => typeof value === "number" && /^-?\de/.test(String(value)),
  resolve: Number,
  stringify: ({ value }) => String(value).replace("e", ".0e"),
};

/**
 * Writes rows as one YAML list: what the JSON has, in other clothes, digit by digit. It is the same in YAML 1.2 and 1.1:
 * a text such as `on` or `1:30`, which the older one takes for something else, stands in quotes. Each row is turned round
 * by itself, so memory doesn't grow with the map.
 */
export class YamlRows implements RowWriter {
  readonly #out: OutputBuffer;
  readonly #rows: JsonRows;
  readonly #json: OutputBuffer;
  #text = "";
  #written = 0;

  constructor(query: Query, out: OutputBuffer, options: Omit<JsonRowsOptions, "array">) {
    this.#out = out;
    this.#json = new OutputBuffer((bytes) => {
      this.#text += Buffer.from(bytes).toString("utf8");
    });
    this.#rows = new JsonRows(query, this.#json, { ...options, array: false });
  }

  begin(): void {}

  write(run: RowRun): void {
    this.#rows.write(run);
    this.#json.flush();
    // JSON has no line ends but those between rows.
    const lines = this.#text.split("\n");
    this.#text = "";
    for (const line of lines) if (line !== "") this.#row(line);
  }

  end(): void {
    if (this.#written === 0) this.#out.text("[]\n");
  }

  #row(json: string): void {
    this.#written += 1;
    // Of members with one name, which only hand-made BTF has, the last counts, as to readers of JSON.
    const document = new Document([parse(json, { intAsBigInt: true, uniqueKeys: false })], {
      compat: "yaml-1.1",
      customTags: (tags) => [EXPONENT, ...tags],
    });
    visit(document, {
      Scalar(_, node) {
        if (!isScalar(node) || typeof node.value !== "string") return;
        if (UNSAFE.test(node.value) || node.value === VALUE_TAG) node.type = Scalar.QUOTE_DOUBLE;
      },
    });
    const text = document.toString({ lineWidth: 0, doubleQuotedAsJSON: true });
    // All of these stand in double quotes by now.
    this.#out.text(text.replace(/[^\n]/gu, (char) => (UNSAFE.test(char) ? escaped(char) : char)));
  }
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}
