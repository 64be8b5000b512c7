import type { EntryShape } from "../../reader/entries.ts";
import type { Field } from "../access/field.ts";
import * as Op from "../text/ops.ts";
import type { OutputBuffer } from "../text/output-buffer.ts";
import { NOWHERE, ProgramWriter, type ReadLocation, type Routine } from "../text/program.ts";
import { RowPrinter } from "../text/row-printer.ts";
import { textEngine } from "../text/text-engine.ts";
import type { JsonOptions } from "./json-options.ts";
import { JsonCompiler, type Render } from "./json-program.ts";

/**
 * The source of a column: a field, the number of the CPU or of the entry, or the values of several CPUs as
 * `[{"cpu":0,"value":…},…]`.
 */
export type ColumnSource =
  | { readonly kind: "field"; readonly field: Field }
  | { readonly kind: "cpus"; readonly field: Field }
  | { readonly kind: "cpu" }
  | { readonly kind: "index" };

export interface RowColumn {
  readonly name: string;
  readonly source: ColumnSource;
}

export interface JsonRowFormat {
  readonly columns: readonly RowColumn[];
  readonly shape: EntryShape;
  readonly options: JsonOptions;
  readonly render: Render;
  /** The text before the first column; `{` by default. */
  readonly head?: string;
  /** The text behind the last column: `}`, or the beginning of further members. */
  readonly tail: string;
}

/** The first slot that is free: the two before it begin at the key and the value. */
const FREE_SLOT = 2;

/** Compiles rows as JSON objects, to be written to `out`. A column of kind "cpus" shows the CPUs that the row names. */
export function compileJsonRow(format: JsonRowFormat, out: OutputBuffer): RowPrinter {
  const writer = new ProgramWriter();
  const compiler = new JsonCompiler(writer, format.options, format.render, out.shown);
  const code = writer.routine();
  code.literal(format.head ?? "{");
  for (const [i, { name, source }] of format.columns.entries()) {
    code.literal(Buffer.from(`${i === 0 ? "" : ","}${out.shown.jsonName(name)}:`));
    emitColumn(code, compiler, source, format.shape);
  }
  code.literal(Buffer.from(format.tail));
  code.op(Op.END);
  return new RowPrinter(writer.link(), textEngine(out), format.shape);
}

/** Emits the value of a column. */
export function emitColumn(code: Routine, compiler: JsonCompiler, source: ColumnSource, shape: EntryShape): void {
  switch (source.kind) {
    case "field":
      compiler.field(code, source.field, placeOf(source.field, shape), FREE_SLOT);
      return;
    case "cpus":
      emitCpus(code, compiler, source.field, shape);
      return;
    case "cpu":
      code.op(Op.ROW_CPU, NOWHERE);
      return;
    case "index":
      code.op(Op.ROW_INDEX, NOWHERE);
      return;
  }
  source satisfies never;
}

function placeOf({ side }: Field, { keySize, cpus, valueStride }: EntryShape): ReadLocation {
  if (side === "key") return { slot: 0, offset: 0, end: keySize };
  return { slot: 1, offset: 0, end: valueStride / Math.max(1, cpus) };
}

function emitCpus(code: Routine, compiler: JsonCompiler, field: Field, { cpus, valueStride }: EntryShape): void {
  const stride = valueStride / cpus;
  const one: ReadLocation = { slot: FREE_SLOT, offset: 0, end: stride };
  code.literal("[");
  const none = code.cpus({ slot: 1, offset: 0, end: valueStride }, FREE_SLOT, stride);
  const top = code.here();
  code.literal('{"cpu":');
  code.op(Op.CPU, one);
  code.literal(',"value":');
  compiler.field(code, field, one, FREE_SLOT + 1);
  code.literal("}");
  code.next(Op.NEXT_CPU, FREE_SLOT, stride, top);
  code.jump(none, code.here());
  code.literal("]");
}
