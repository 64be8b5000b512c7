import type { Hash } from "node:crypto";
import type { EntryBatch, EntryShape, EntrySource, ReadReport } from "../../reader/entries.ts";
import { newReport } from "../../reader/read-target.ts";
import { lineLimit, MAX_WHOLE_LINE, PEEK_START } from "../format.ts";
import { Malformed, placed } from "../malformed.ts";
import { parseTrailer, splitTrailer } from "../trailer-json.ts";
import { type ByteInput, openInput } from "./byte-input.ts";
import { parsePeek } from "./entry-json.ts";
import { EntryLines } from "./entry-lines.ts";
import { LineWindow } from "./line-window.ts";
import { readLongEntry } from "./long-entry.ts";
import type { Section } from "./scan.ts";
import type { SnapshotFile } from "./snapshot-file.ts";

/**
 * The entries of one section, as the file has them. Nothing says that they are right before the end, where the
 * checksum is; so `next` may throw SNAPSHOT_INVALID after it has given batches. A read that failed when the snapshot
 * was taken ends here in the same way, with the errno of that time in `report`.
 */
export class SectionEntries implements EntrySource {
  readonly report: ReadReport = newReport("snapshot");
  /** The head of a queue or stack when the snapshot was taken; known at the end, undefined if there is none. */
  peek: Uint8Array | undefined;
  readonly #file: SnapshotFile;
  readonly #section: Section;
  readonly #shape: EntryShape;
  readonly #hash: Hash;
  readonly #lines: EntryLines;
  readonly #input: ByteInput;
  readonly #window: LineWindow;
  /** Bytes of the longest line. */
  readonly #limit: number;
  #disposed = false;
  #ended = false;
  /** The error of an earlier read, behind which nothing can be read. */
  #failure: unknown;

  constructor(file: SnapshotFile, section: Section, shape: EntryShape) {
    this.#file = file;
    this.#section = section;
    this.#shape = shape;
    this.#limit = lineLimit(shape);
    this.#hash = section.hash.copy();
    this.#lines = new EntryLines(shape);
    this.#input = openInput(file, section.bodyOffset);
    this.#window = new LineWindow(this.#input, section.bodyOffset);
  }

  async next(): Promise<EntryBatch | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#ended) return undefined;
    this.#lines.begin();
    try {
      await this.#fillBatch();
    } catch (error) {
      this.#failure = placed(error, this.#file.path, this.#lineNumber());
      throw this.#failure;
    }
    this.#count();
    return this.#lines.count > 0 ? this.#lines.batch : undefined;
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#input[Symbol.dispose]();
  }

  /** Reads until the batch is full or the section ends. */
  async #fillBatch(): Promise<void> {
    const window = this.#window;
    for (;;) {
      const from = window.start;
      const stop = this.#lines.read(window);
      this.#hash.update(window.bytes.subarray(from, window.start));
      if (stop === "full") return;
      if (stop === "end") return await this.#readEnd();
      if (!this.#isLongEntry()) await this.#more();
      else return await readLongEntry({ window, hash: this.#hash, more: this.#more }, this.#shape, this.#lines.batch);
    }
  }

  #isLongEntry(): boolean {
    return this.#limit > MAX_WHOLE_LINE && this.#window.end - this.#window.start > MAX_WHOLE_LINE;
  }

  readonly #more = async (): Promise<void> => {
    if (await this.#window.fill()) return;
    throw new Malformed("the file ends before the trailer (truncated)");
  };

  /** Reads the lines behind the entries: a peek, perhaps, and the trailer. */
  async #readEnd(): Promise<void> {
    const window = this.#window;
    if (window.startsWith(PEEK_START)) this.#readPeek(window.lineEnd(this.#limit));
    for (;;) {
      const end = window.lineEnd(this.#limit);
      if (end >= 0) return this.#readTrailer(end);
      await this.#more();
    }
  }

  #readPeek(end: number): void {
    const window = this.#window;
    if (this.#shape.keySize > 0) throw new Malformed("a map with keys has no peek");
    this.peek = parsePeek(window.text(end), this.#shape);
    this.#hash.update(window.bytes.subarray(window.start, end + 1));
    window.start = end + 1;
  }

  #readTrailer(end: number): void {
    const window = this.#window;
    const { covered, sha256 } = splitTrailer(window.bytes.subarray(window.start, end));
    if (this.#hash.update(covered).digest("hex") !== sha256) {
      throw new Malformed("the checksum is not that of the lines before it (altered, or damaged on the way)");
    }
    const { entries, report } = parseTrailer(window.text(end));
    const found = this.report.entries + this.#lines.count;
    if (entries !== found) throw new Malformed(`the trailer counts ${entries} entries, there are ${found}`);
    const { complete, restarts, duplicates, skipped, retries, errno, stop } = report;
    Object.assign(this.report, { complete, restarts, duplicates, skipped, retries, errno, ...(stop && { stop }) });
    this.#ended = true;
  }

  #count(): void {
    const { count, failed } = this.#lines;
    const { keySize, valueStride } = this.#shape;
    this.report.entries += count;
    this.report.bytes += count * keySize + (count - failed) * valueStride;
  }

  /** The line that is being read. Every line behind the header, but for peek and trailer, is an entry. */
  #lineNumber(): number {
    return this.#section.line + 1 + this.report.entries + this.#lines.count + (this.peek === undefined ? 0 : 1);
  }
}
