import { createHash, type Hash } from "node:crypto";
import type { EntryBatch, EntryShape } from "../../reader/entries.ts";
import { type EntryText, entryText } from "../entry-text.ts";
import { PEEK_START, type SnapshotTrailer } from "../format.ts";
import { encodeHex } from "../hex.ts";
import { trailerEnd, trailerStart } from "../trailer-json.ts";
import type { ByteSink } from "./sink.ts";

const BUFFER_SIZE = 256 * 1024;

/**
 * Writes the lines of one section and keeps their checksum. Entries go as hex digits from the batch's bytes into one of two
 * buffers, while the sink writes the other; an entry that is larger than a buffer goes through them in pieces.
 */
export class SectionWriter {
  /** Entry lines so far. */
  entries = 0;
  readonly #sink: ByteSink;
  readonly #shape: EntryShape;
  readonly #text: EntryText;
  readonly #hash: Hash = createHash("sha256");
  #buffer: HexBuffer = hexBuffer();
  #other: HexBuffer = hexBuffer();
  /** The write of the other buffer. */
  #written: Promise<void> = Promise.resolve();
  #at = 0;

  constructor(sink: ByteSink, shape: EntryShape) {
    this.#sink = sink;
    this.#shape = shape;
    this.#text = entryText(shape);
  }

  /** A line made by `headerLine`. */
  async writeHeader(line: string): Promise<void> {
    await this.#put(Buffer.from(line));
  }

  async writeEntries(batch: EntryBatch): Promise<void> {
    for (let i = this.#encodeRun(batch, 0); i < batch.count; i = this.#encodeRun(batch, i + 1)) {
      await this.#writeEntry(batch, i);
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
    await this.#written;
    await this.#sink.write(Buffer.from(trailerEnd(this.#hash.digest("hex"))));
  }

  /** The fast way: entries with a value, while there is room. Returns the first entry that it left out. */
  #encodeRun({ count, keys, values, errnos }: EntryBatch, from: number): number {
    const { head, middle, tail, keyAt, middleAt, valueAt, tailAt, length } = this.#text;
    const { keySize, valueStride } = this.#shape;
    const { bytes, view } = this.#buffer;
    let at = this.#at;
    let i = from;
    for (; i < count && at + length <= BUFFER_SIZE && !errnos?.[i]; i++, at += length) {
      copy(head, bytes, at);
      encodeHex(keys, i * keySize, keySize, view, at + keyAt);
      copy(middle, bytes, at + middleAt);
      encodeHex(values, i * valueStride, valueStride, view, at + valueAt);
      copy(tail, bytes, at + tailAt);
    }
    this.#at = at;
    return i;
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
      if (this.#at === BUFFER_SIZE) await this.#flush();
      const part = bytes.subarray(from, from + BUFFER_SIZE - this.#at);
      this.#buffer.bytes.set(part, this.#at);
      this.#at += part.length;
      from += part.length;
    }
  }

  async #putHex(bytes: Uint8Array, from: number, length: number): Promise<void> {
    for (let done = 0; done < length; ) {
      if (BUFFER_SIZE - this.#at < 2) await this.#flush();
      const part = Math.min(length - done, (BUFFER_SIZE - this.#at) >> 1);
      this.#at = encodeHex(bytes, from + done, part, this.#buffer.view, this.#at);
      done += part;
    }
  }

  /** Hands the buffer over, when the sink is done with the other one. */
  async #flush(): Promise<void> {
    const bytes = this.#buffer.bytes.subarray(0, this.#at);
    this.#hash.update(bytes);
    await this.#written;
    this.#written = this.#sink.write(bytes);
    // A failure is told by the next flush, unless the section is given up before.
    this.#written.catch(() => undefined);
    [this.#buffer, this.#other] = [this.#other, this.#buffer];
    this.#at = 0;
  }
}

/** A buffer, and the view by which hex digits are written. */
interface HexBuffer {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

function hexBuffer(): HexBuffer {
  const bytes = new Uint8Array(new ArrayBuffer(BUFFER_SIZE));
  return { bytes, view: new DataView(bytes.buffer) };
}

/** For a few bytes, faster than `set`. */
function copy(bytes: Uint8Array, to: Uint8Array, at: number): void {
  for (let i = 0; i < bytes.length; i++) to[at + i] = bytes[i] as number;
}
