import { compileFunction } from "../access/compile-function.ts";
import type { Field } from "../access/field.ts";
import { CodeWriter } from "../text/code-writer.ts";
import type { OutputBuffer } from "../text/output-buffer.ts";
import { JsonCompiler, type Render } from "./json-compiler.ts";
import { JSON_HELPER_NAMES, type JsonOptions, jsonHelpers } from "./json-helpers.ts";

/** Writes a field of the value at `at` as JSON at `p` and returns the end of it. */
export type PrintField = (p: number, bytes: Uint8Array, view: DataView, at: number) => number;

/** Compiles one field into a function that writes it into `out`, without a name. Safe as `compileJsonRow` is. */
export function compileJsonField(field: Field, options: JsonOptions, render: Render, out: OutputBuffer): PrintField {
  const compiler = new JsonCompiler(options, render, out.shown);
  const code = new CodeWriter();
  compiler.field(code, field, { bytes: "x", view: "d", base: "a", offset: 0 });
  const source = [
    `"use strict"; const { ${JSON_HELPER_NAMES.join(", ")} } = h;`,
    ...compiler.functions,
    `return function (p, x, d, a) {\n${code.source}return p;\n};`,
  ].join("\n");
  const factory = compileFunction("o", "b", "w", "L", "h", "t", source);
  return factory(out, out.bytes, out.view, out.limit, jsonHelpers(out), compiler.tables);
}
