import { createHash, type Hash } from "node:crypto";
import { viewOf } from "../../bytes.ts";
import * as Op from "../../codec/text/ops.ts";
import { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { type Program, ProgramWriter, type Routine } from "../../codec/text/program.ts";
import { textEngine } from "../../codec/text/text-engine.ts";
import type { BatchMemory, EntryBatch, EntryShape } from "../../reader/entries.ts";
import { type EntryText, entryText } from "../entry-text.ts";
import { PEEK_START, type SnapshotTrailer } from "../format.ts";
import { encodeHex } from "../hex.ts";
import { trailerEnd, trailerStart } from "../trailer-json.ts";
import type { ByteSink } from "./sink.ts";

const BUFFER_SIZE = 256 * 1024;
/** How the lines of entries follow each other. */
const LINES = { listed: false, first: true };

/** Returns the buffer for the text of sections, one after the other. */
export function sectionBuffer(): OutputBuffer {
  const overrun = (): never => {
    throw new RangeError("a section was written past its buffer");
  };
  return new OutputBuffer(overrun, { capacity: BUFFER_SIZE });
}

/**
 * Writes the lines of one section and keeps their checksum. The text engine writes entries as hex digits into the
 * buffer, as many as there is room for; an entry that is larger than the buffer goes through it in pieces.
 */
export class SectionWriter {
  /** Entry lines so far. */
  entries = 0;
  readonly #sink: ByteSink;
  readonly #shape: EntryShape;
  readonly #text: EntryText;
  readonly #line: Program;
  readonly #hash: Hash = createHash("sha256");
  readonly #out: OutputBuffer;

  constructor(sink: ByteSink, shape: EntryShape, out: OutputBuffer) {
    this.#sink = sink;
    this.#shape = shape;
    this.#text = entryText(shape);
    this.#line = lineProgram(this.#text, shape);
    this.#out = out;
  }

  /** Returns memory for the batches of a read, from which they need not be copied. */
  batchMemory(): BatchMemory {
    return textEngine(this.#out).batchMemory();
  }

  /** A line made by `headerLine`. */
  async writeHeader(line: string): Promise<void> {
    await this.#put(Buffer.from(line));
  }

  async writeEntries(batch: EntryBatch): Promise<void> {
    for (let i = 0; i < batch.count; ) {
      const fitting = Math.min(batch.count - i, Math.floor(this.#room / this.#text.length));
      const run = runOfValues(batch, i, fitting);
      if (run > 0) textEngine(this.#out).entries(this.#line, batch, this.#shape, i, run, LINES);
      i += run;
      if (run < fitting || this.#text.length > BUFFER_SIZE) await this.#writeEntry(batch, i++);
      else if (i < batch.count) await this.#flush();
    }
    this.entries += batch.count;
  }

  async writePeek(value: Uint8Array): Promise<void> {
    await this.#put(Buffer.from(`${PEEK_START}"`));
    await this.#putHex(value, 0, value.length);
    await this.#put(this.#text.tail);
  }

  async writeTrailer(trailer: SnapshotTrailer): Promise<void> {
    await this.#put(Buffer.from(trailerStart(trailer)));
    await this.#flush();
    await this.#sink.write(Buffer.from(trailerEnd(this.#hash.digest("hex"))));
  }

  get #room(): number {
    return this.#out.limit - this.#out.pos;
  }

  /** The slow way: an entry of any size, with a value or an errno. */
  async #writeEntry({ keys, values, errnos }: EntryBatch, i: number): Promise<void> {
    const { head, middle, tail } = this.#text;
    const { keySize, valueStride } = this.#shape;
    const errno = errnos?.[i] ?? 0;
    await this.#put(head);
    await this.#putHex(keys, i * keySize, keySize);
    if (errno !== 0) return await this.#put(Buffer.from(`${keySize === 0 ? "{" : '",'}"errno":${errno}}\n`));
    await this.#put(middle);
    await this.#putHex(values, i * valueStride, valueStride);
    await this.#put(tail);
  }

  async #put(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      if (this.#room === 0) await this.#flush();
      const part = bytes.subarray(from, from + this.#room);
      this.#out.write(part);
      from += part.length;
    }
  }

  async #putHex(bytes: Uint8Array, from: number, length: number): Promise<void> {
    for (let done = 0; done < length; ) {
      if (this.#room < 2) await this.#flush();
      const part = Math.min(length - done, this.#room >> 1);
      this.#out.pos = encodeHex(bytes, from + done, part, viewOf(this.#out.bytes), this.#out.pos);
      done += part;
    }
  }

  /** Empties the buffer. Its checksum is taken while it is written. */
  async #flush(): Promise<void> {
    const bytes = this.#out.bytes.subarray(0, this.#out.pos);
    const written = this.#sink.write(bytes);
    this.#hash.update(bytes);
    await written;
    this.#out.pos = 0;
  }
}

/** The number of entries with a value from one on, `most` of them. */
function runOfValues({ errnos }: EntryBatch, from: number, most: number): number {
  if (errnos === undefined) return most;
  let run = 0;
  while (run < most && errnos[from + run] === 0) run += 1;
  return run;
}

/** The program that writes the line of an entry with a value. HEX_STRING writes the quotes that stand around digits. */
function lineProgram({ head, middle, tail }: EntryText, { keySize, valueStride }: EntryShape): Program {
  const writer = new ProgramWriter();
  const code = writer.routine();
  if (keySize > 0) {
    code.literal(withoutQuotes(head));
    hexString(code, 0, keySize);
  }
  code.literal(withoutQuotes(middle));
  hexString(code, 1, valueStride);
  code.literal(withoutQuotes(tail));
  code.op(Op.END);
  return writer.link();
}

function withoutQuotes(text: Uint8Array): string {
  return Buffer.from(text).toString("latin1").replace(/^"|"$/g, "");
}

function hexString(code: Routine, slot: number, size: number): void {
  if (size === 0) code.literal('""');
  else code.op(Op.HEX_STRING, { slot, offset: 0, end: size }, size);
}
