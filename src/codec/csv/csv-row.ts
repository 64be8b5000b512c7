import type { EntryShape } from "../../reader/entries.ts";
import { scalarKind } from "../access/accessor.ts";
import type { Field } from "../access/field.ts";
import type { JsonOptions } from "../json/json-options.ts";
import { JsonCompiler, type Render } from "../json/json-program.ts";
import { emitColumn, type RowColumn } from "../json/json-row.ts";
import * as Op from "../text/ops.ts";
import type { OutputBuffer } from "../text/output-buffer.ts";
import { ProgramWriter } from "../text/program.ts";
import type { TextOfBytes } from "../text/rendered-text.ts";
import { RowPrinter } from "../text/row-printer.ts";
import { textEngine } from "../text/text-engine.ts";
import { csvCell } from "./csv-cell.ts";

export interface CsvRowFormat {
  readonly columns: readonly RowColumn[];
  readonly shape: EntryShape;
  readonly options: JsonOptions;
  readonly render: Render;
  /** Compiles the text of a field that has a renderer, or that is not a number, a bool, an enumerator or characters. */
  readonly text: (field: Field) => TextOfBytes;
}

/** Compiles rows as lines of CSV, each ended by CRLF, to be written to `out`. */
export function compileCsvRow({ columns, shape, options, render, text }: CsvRowFormat, out: OutputBuffer): RowPrinter {
  const { shown } = out;
  const writer = new ProgramWriter();
  const code = writer.routine();
  const cells: Render = (field) => {
    if (isPlain(field, options) && render(field) === undefined) return undefined;
    const textOf = text(field);
    // A number is written as it is, without the quotes of JSON.
    return { isNumber: true, text: (bytes, view, at) => csvCell(textOf(bytes, view, at)) };
  };
  const chars = shown.mode === "escape" ? Op.CELL_LOSSLESS : Op.CELL;
  const texts = { chars, name: (name: string) => csvCell(shown.name(name)) };
  const compiler = new JsonCompiler(writer, { ...options, int64: "digits" }, cells, shown, texts);
  for (const [i, { source }] of columns.entries()) {
    if (i > 0) code.literal(",");
    const isCpus = source.kind === "cpus";
    emitColumn(code, compiler, isCpus ? { kind: "field", field: source.field } : source, shape);
  }
  code.literal("\r\n");
  code.op(Op.END);
  return new RowPrinter(writer.link(), textEngine(out), shape);
}

/** Tells whether the engine can write a field by itself. */
function isPlain(field: Field, { enums }: JsonOptions): boolean {
  switch (scalarKind(field)) {
    case "integer":
      return field.layout.kind !== "enum" || enums !== "both";
    case "bool":
    case "text":
      return true;
    default:
      return false;
  }
}
