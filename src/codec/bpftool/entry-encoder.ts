import type { BatchMemory, EntryBatch } from "../../reader/entries.ts";
import type { OutputBuffer } from "../text/output-buffer.ts";
import { type Program, ProgramWriter } from "../text/program.ts";
import { type TextEngine, textEngine } from "../text/text-engine.ts";
import { DialectCompiler, type InvalidJsonField } from "./dialect-program.ts";
import { type EntryFormat, emitEntry, plainBreaks } from "./entry-program.ts";
import { hexByte, hexLines } from "./hex-lines.ts";
import { bpftoolJsonString } from "./json-string.ts";

/**
 * Compiles a format into an encoder that writes into `out`. `errorText` gives what stands in place of a value that
 * couldn't be read, or undefined where nothing is printed of such an entry.
 */
export function compileEntryEncoder(
  format: EntryFormat,
  out: OutputBuffer,
  errorText: (errno: number) => string | undefined,
): EntryEncoder {
  const writer = new ProgramWriter();
  const code = writer.routine();
  const compiler = new DialectCompiler(writer, format.dialect, format.style);
  emitEntry(code, compiler, format);
  return new EntryEncoder(format, writer.link(), compiler, out, errorText);
}

/** Prints entries as bpftool does. Compiled once for a map and a format; holds no entry. */
export class EntryEncoder {
  /** Entries printed with a value: bpftool counts these. */
  found = 0;
  /** Elements of a JSON array written so far: what was found, and in JSON the errors too. */
  elements = 0;
  readonly program: Program;
  readonly #format: EntryFormat;
  readonly #compiler: DialectCompiler;
  readonly #out: OutputBuffer;
  readonly #engine: TextEngine;
  readonly #errorText: (errno: number) => string | undefined;
  /** Entries are elements of a JSON array: a comma stands between them. */
  readonly #listed: boolean;

  constructor(
    format: EntryFormat,
    program: Program,
    compiler: DialectCompiler,
    out: OutputBuffer,
    errorText: (errno: number) => string | undefined,
  ) {
    this.program = program;
    this.#format = format;
    this.#compiler = compiler;
    this.#out = out;
    this.#engine = textEngine(out);
    this.#errorText = errorText;
    this.#listed = format.style !== "plain" || format.layouts !== undefined;
  }

  /** Returns memory for the batches of a read, from which they need not be copied. */
  batchMemory(): BatchMemory {
    return this.#engine.batchMemory();
  }

  /** Appends all entries of a batch; commas between them, also between batches. */
  encode(batch: EntryBatch): void {
    const { errnos, count, keys } = batch;
    const { keySize } = this.#format.shape;
    let from = 0;
    for (let i = 0; errnos !== undefined && i < count; i++) {
      const errno = errnos[i] ?? 0;
      if (errno === 0) continue;
      this.#encodeEntries(batch, from, i);
      this.#encodeError(keys.subarray(i * keySize, (i + 1) * keySize), errno);
      from = i + 1;
    }
    this.#encodeEntries(batch, from, count);
  }

  /** Returns the fields because of which the text so far is not JSON or is cut short. */
  invalidJsonFields(): readonly InvalidJsonField[] {
    const { unprintable, possible } = this.#compiler;
    const noted = this.#engine.notes(this.program).map((note) => possible[note]);
    return [...unprintable, ...noted.filter((field) => field !== undefined)];
  }

  #encodeEntries(batch: EntryBatch, from: number, end: number): void {
    if (from === end) return;
    const listing = { listed: this.#listed, first: this.elements === 0 };
    this.#engine.entries(this.program, batch, this.#format.shape, from, end - from, listing);
    this.found += end - from;
    if (this.#listed) this.elements += end - from;
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
