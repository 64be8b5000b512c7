import type { Field } from "../access/field.ts";
import * as Op from "../text/ops.ts";
import type { OutputBuffer } from "../text/output-buffer.ts";
import { ProgramWriter } from "../text/program.ts";
import { textEngine } from "../text/text-engine.ts";
import type { JsonOptions } from "./json-options.ts";
import { JsonCompiler, type Render } from "./json-program.ts";

/** Writes a field of the value at `at` as JSON. */
export type PrintField = (bytes: Uint8Array, at: number) => void;

const NO_KEY = new Uint8Array(0);

/** Compiles one field into a function that writes it to `out`, without a name. */
export function compileJsonField(field: Field, options: JsonOptions, render: Render, out: OutputBuffer): PrintField {
  // Only the bytes of the field are copied, which may be a small part of the value.
  const start = Math.floor(field.bitOffset / 8);
  const bit = field.bitOffset % 8;
  const valueStride = Math.ceil((bit + (field.bitfieldBits || field.layout.size * 8)) / 8);
  const writer = new ProgramWriter();
  const code = writer.routine();
  const place = { slot: 1, offset: 0, end: valueStride };
  new JsonCompiler(writer, options, render, out.shown).field(code, { ...field, bitOffset: bit }, place, 2);
  code.op(Op.END);
  const program = writer.link();
  const engine = textEngine(out);
  const sizes = { keySize: 0, valueStride };
  return (values, at) =>
    engine.row(program, { keys: NO_KEY, values }, sizes, { key: 0, value: at + start, cpu: 0, index: 0 });
}
