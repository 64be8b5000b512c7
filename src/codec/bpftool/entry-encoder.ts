import { viewOf } from "../../bytes.ts";
import type { EntryBatch } from "../../reader/entries.ts";
import { compileFunction } from "../access/compile-function.ts";
import { CodeWriter } from "../text/code-writer.ts";
import type { OutputBuffer } from "../text/output-buffer.ts";
import { DialectCompiler, type InvalidJsonField } from "./dialect-compiler.ts";
import { type EntryFormat, entryCode, plainBreaks } from "./entry-compiler.ts";
import { hexByte, hexLines } from "./hex-lines.ts";
import { bpftoolJsonString } from "./json-string.ts";
import { type EncoderState, TEXT_HELPER_NAMES, textHelpers } from "./text-helpers.ts";

/** Prints entries as bpftool does. Compiled once for a map and a format; holds no entry. */
export interface EntryEncoder {
  /** Appends all entries of a batch; commas between them, also between batches. */
  encode(batch: EntryBatch): void;
  /** Entries printed with a value: bpftool counts these. */
  readonly found: number;
  /** Elements of a JSON array written so far: what was found, and in JSON the errors too. */
  readonly elements: number;
  /** Returns the fields because of which the text so far is not JSON or is cut short. */
  invalidJsonFields(): readonly InvalidJsonField[];
}

type PrintEntry = (
  p: number,
  kb: Uint8Array,
  kd: DataView,
  k: number,
  vb: Uint8Array,
  vd: DataView,
  v: number,
) => number;

/**
 * Compiles a format into an encoder that writes into `out`. `errorText` gives what stands in place of a value that
 * couldn't be read, or undefined where nothing is printed of such an entry.
 *
 * The work is done by one generated function (closures composed for the same layout, printing the same bytes, took 1.4
 * times as long on a million entries): straight-line stores of constant text, and of each field from its constant
 * offset. It is safe because the source is made of numbers and of the fixed words in this folder: text out of BTF
 * enters as numeric constants or through tables. Every read is at an offset that the Layout's builder has checked
 * against the size of the key or value; every write is within the output buffer's slack, see CodeWriter.
 */
export function compileEntryEncoder(
  format: EntryFormat,
  out: OutputBuffer,
  errorText: (errno: number) => string | undefined,
): EntryEncoder {
  const state: EncoderState = { stopped: false, invalid: new Set() };
  const compiler = new DialectCompiler(format.dialect, format.style);
  const body = new CodeWriter();
  entryCode(body, compiler, format);
  const helpers = textHelpers(out, format.dialect, format.style !== "plain", state);
  const source = [
    `"use strict"; const { ${TEXT_HELPER_NAMES.join(", ")} } = h;`,
    ...compiler.functions,
    `return function (p, kb, kd, k, vb, vd, v) {\ns.stopped = false;\n${body.source}return p;\n};`,
  ].join("\n");
  const factory = compileFunction("o", "b", "w", "L", "h", "t", "s", source);
  const print: PrintEntry = factory(out, out.bytes, out.view, out.limit, helpers, compiler.tables, state);
  return new CompiledEncoder(format, out, print, errorText, () => [
    ...compiler.unprintable,
    ...Array.from(state.invalid, (index) => compiler.possible[index]).filter((field) => field !== undefined),
  ]);
}

class CompiledEncoder implements EntryEncoder {
  found = 0;
  elements = 0;
  readonly invalidJsonFields: () => readonly InvalidJsonField[];
  readonly #format: EntryFormat;
  readonly #out: OutputBuffer;
  readonly #print: PrintEntry;
  readonly #errorText: (errno: number) => string | undefined;
  /** Entries are elements of a JSON array: a comma stands between them. */
  readonly #listed: boolean;

  constructor(
    format: EntryFormat,
    out: OutputBuffer,
    print: PrintEntry,
    errorText: (errno: number) => string | undefined,
    invalidJsonFields: () => readonly InvalidJsonField[],
  ) {
    this.#format = format;
    this.#out = out;
    this.#print = print;
    this.#errorText = errorText;
    this.#listed = format.style !== "plain" || format.layouts !== undefined;
    this.invalidJsonFields = invalidJsonFields;
  }

  encode(batch: EntryBatch): void {
    const { keySize, valueStride } = this.#format.shape;
    const { keys, values, errnos } = batch;
    const out = this.#out;
    const print = this.#print;
    const kd = viewOf(keys);
    const vd = viewOf(values);
    for (let i = 0; i < batch.count; i++) {
      if (errnos !== undefined && errnos[i] !== 0) {
        this.#encodeError(keys.subarray(i * keySize, (i + 1) * keySize), errnos[i] as number);
        continue;
      }
      if (out.pos > out.limit) out.flush();
      if (this.#listed && this.elements++ > 0) out.bytes[out.pos++] = 0x2c;
      this.found += 1;
      out.pos = print(out.pos, keys, kd, i * keySize, values, vd, i * valueStride);
    }
  }

  #encodeError(key: Uint8Array, errno: number): void {
    const message = this.#errorText(errno);
    if (message === undefined) return;
    if (this.#format.style === "plain") this.#out.text(plainError(key, message));
    else this.#encodeJsonError(key, message);
  }

  /** `{"key":["0x01"],"value":{"error":"Unknown error 524"}}` */
  #encodeJsonError(key: Uint8Array, message: string): void {
    const { style, dialect, depth } = this.#format;
    const line = (levels: number): string => (style === "pretty" ? `\n${"    ".repeat(depth + levels)}` : "");
    const colon = style === "pretty" ? ": " : ":";
    const bytes = Array.from(key, (byte) => `"0x${hexByte(byte)}"`).join(",");
    const keyText = key.length > 0 ? `[${bytes}${line(1)}]` : "[]";
    const comma = this.elements++ > 0 ? "," : "";
    this.#out.text(`${comma}{${line(1)}"key"${colon}${keyText},${line(1)}"value"${colon}{${line(2)}"error"${colon}`);
    this.#out.write(bpftoolJsonString(message, dialect));
    this.#out.text(`${line(1)}}${line(0)}}`);
  }
}

/** bpftool breaks the lines as if the message were the value. */
function plainError(key: Uint8Array, message: string): string {
  const { breakNames, singleLine } = plainBreaks(key.length, message.length);
  const space = breakNames ? "\n" : " ";
  return `key:${space}${hexLines(key)}${singleLine ? "  " : "\n"}value:${space}${message}\n`;
}
