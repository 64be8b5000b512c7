import type { EntryShape } from "../../reader/entries.ts";
import { compileFunction } from "../access/compile-function.ts";
import type { Field } from "../access/field.ts";
import type { Operand } from "../access/operand.ts";
import { CodeWriter } from "../text/code-writer.ts";
import type { OutputBuffer } from "../text/output-buffer.ts";
import { JsonCompiler, type Render } from "./json-compiler.ts";
import { JSON_HELPER_NAMES, type JsonOptions, jsonHelpers } from "./json-helpers.ts";

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

/**
 * Writes a row as a JSON object at `p` and returns the position behind it. The key is at offset `k` of `kb` (view
 * `kd`); the value, or its first CPU's, at offset `v` of `vb`. `cpu` is for a column of that kind; one of kind "cpus"
 * shows the CPUs whose byte in `shown` is not 0.
 */
export type PrintRow = (
  p: number,
  kb: Uint8Array,
  kd: DataView,
  k: number,
  vb: Uint8Array,
  vd: DataView,
  v: number,
  cpu: number,
  index: number,
  shown: Uint8Array,
) => number;

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

const KEY: Operand = { bytes: "kb", view: "kd", base: "k", offset: 0 };
const VALUE: Operand = { bytes: "vb", view: "vd", base: "v", offset: 0 };

/** Compiles a row into a function that writes into `out`. Safe for the same reasons as `compileEntryEncoder`. */
export function compileJsonRow(format: JsonRowFormat, out: OutputBuffer): PrintRow {
  const compiler = new JsonCompiler(format.options, format.render, out.shown);
  const code = new CodeWriter();
  code.literal(format.head ?? "{");
  for (const [i, { name, source }] of format.columns.entries()) {
    code.literal(Buffer.from(`${i === 0 ? "" : ","}${out.shown.jsonName(name)}:`));
    emitColumn(code, compiler, source, format.shape);
  }
  code.literal(format.tail);
  const source = [
    `"use strict"; const { ${JSON_HELPER_NAMES.join(", ")} } = h;`,
    ...compiler.functions,
    `return function (p, kb, kd, k, vb, vd, v, cpu, index, shown) {\n${code.source}return p;\n};`,
  ].join("\n");
  const factory = compileFunction("o", "b", "w", "L", "h", "t", source);
  return factory(out, out.bytes, out.view, out.limit, jsonHelpers(out), compiler.tables);
}

function emitColumn(code: CodeWriter, compiler: JsonCompiler, source: ColumnSource, shape: EntryShape): void {
  switch (source.kind) {
    case "field":
      compiler.field(code, source.field, source.field.side === "key" ? KEY : VALUE);
      return;
    case "cpus":
      emitCpus(code, compiler, source.field, shape);
      return;
    case "cpu":
    case "index":
      code.advance(`u32(@, ${source.kind})`, 64);
      return;
  }
  source satisfies never;
}

function emitCpus(code: CodeWriter, compiler: JsonCompiler, field: Field, { cpus, valueStride }: EntryShape): void {
  const body = new CodeWriter();
  body.literal('{"cpu":');
  body.advance("u32(@, n)", 64);
  body.literal(',"value":');
  compiler.field(body, field, { ...VALUE, base: "c" });
  body.literal("}");
  code.literal("[");
  code.statement(`let more = false; for (let n = 0, c = v; n < ${cpus}; n++, c += ${valueStride / cpus}) {`);
  code.statement("if (shown[n] === 0) continue;");
  code.checkNow();
  code.statement("if (more) b[p++] = 44; more = true;");
  code.statement(body.source);
  code.statement("}");
  code.checkNow();
  code.literal("]");
}
