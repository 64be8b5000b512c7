import { viewOf } from "../../bytes.ts";
import type { JsonOptions } from "../../codec/json/json-options.ts";
import type { Render } from "../../codec/json/json-program.ts";
import { compileJsonRow, type RowColumn } from "../../codec/json/json-row.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { Query } from "../../query/query.ts";
import { entryIndex, type RowRun } from "../../query/rows/rows.ts";
import { isLastField, type LastFieldOffsets, lastFieldOffsets } from "../../schema/cut-value.ts";
import { type CutBytes, compileCutJson, compileCutRoot } from "./cut-json.ts";

/** Prints one column of a row whose value was cut. */
type PrintColumn = (run: RowRun, row: number, value: CutBytes) => void;

/** Writes rows whose values were cut, as JSON: columns that are missing, and what is missing in others, are null. */
export class CutRows {
  readonly #query: Query;
  readonly #out: OutputBuffer;
  readonly #columns: readonly PrintColumn[];
  readonly #tail: string;

  constructor(
    query: Query,
    columns: readonly RowColumn[],
    out: OutputBuffer,
    options: JsonOptions & { readonly render: Render; readonly tail: string },
  ) {
    this.#query = query;
    this.#out = out;
    this.#tail = options.tail;
    const places = lastFieldOffsets(query.entryTypes.value);
    this.#columns = columns.map((column) => this.#column(column, places, options));
  }

  print(run: RowRun, row: number, length: number): void {
    const bytes = run.batch.values;
    const value = {
      bytes,
      view: viewOf(bytes),
      at: (run.entries[row] as number) * this.#query.shape.valueStride,
      length,
    };
    for (const [i, print] of this.#columns.entries()) {
      this.#out.text(i === 0 ? "{" : ",");
      print(run, row, value);
    }
    this.#out.text(this.#tail);
  }

  #column(
    column: RowColumn,
    places: LastFieldOffsets,
    { render, tail, ...options }: JsonOptions & { readonly render: Render; readonly tail: string },
  ): PrintColumn {
    const { source } = column;
    const out = this.#out;
    const { shape, entryTypes } = this.#query;
    if (source.kind === "field" && source.field.side === "value") {
      const { field } = source;
      const isRoot = field.layout === entryTypes.value && field.bitOffset === 0;
      const place = { ...field, isLast: isLastField(places, field) };
      const print = isRoot
        ? compileCutRoot(field.layout, options, render, out)
        : compileCutJson(place, options, render, out);
      const name = `${out.shown.jsonName(column.name)}:`;
      return (_run, _row, value) => {
        out.text(name);
        print(value);
      };
    }
    const printed = compileJsonRow({ columns: [column], shape, options, render, head: "", tail: "" }, out);
    return (run, row) => {
      const key = (run.entries[row] as number) * shape.keySize;
      printed.print(run.batch, { key, value: 0, cpu: 0, index: entryIndex(run, row) });
    };
  }
}
