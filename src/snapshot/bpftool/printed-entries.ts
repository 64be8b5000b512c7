import { EbpfMapError } from "../../errors.ts";
import type { EntryBatch, EntryShape, EntrySource, ReadReport } from "../../reader/entries.ts";
import { newReport } from "../../reader/read-target.ts";
import { Malformed } from "../malformed.ts";
import { type ByteInput, openInput } from "../read/byte-input.ts";
import { LineWindow } from "../read/line-window.ts";
import type { SnapshotFile } from "../read/snapshot-file.ts";
import type { PrintedMap } from "./documents.ts";
import { JsonCursor } from "./json-cursor.ts";

const MAX_BATCH_ENTRIES = 4096;
const MAX_BATCH_BYTES = 1024 * 1024;
const COMMA = 0x2c;

/** An entry's text, in a buffer that the next one overwrites. */
export type SeeEntry = (bytes: Buffer, start: number, end: number) => void;

/** Goes through the entries of a map that bpftool has printed, from the first one on, at most once. */
export class EntryTexts implements Disposable {
  readonly #input: ByteInput;
  readonly #cursor: JsonCursor;
  readonly #map: PrintedMap;
  #passed = 0;

  constructor(file: SnapshotFile, map: PrintedMap) {
    this.#map = map;
    this.#input = openInput(file, map.offset);
    this.#cursor = new JsonCursor(new LineWindow(this.#input, map.offset));
  }

  /** Passes the next entry. Returns false behind the last one. Throws Malformed. */
  async next(see: SeeEntry): Promise<boolean> {
    if (this.#passed === this.#map.entries) return false;
    const cursor = this.#cursor;
    const { window } = cursor;
    await cursor.takeIf(COMMA);
    const length = await cursor.whole();
    if (length === undefined) throw new Malformed("the file has become shorter");
    try {
      see(window.bytes, window.start, window.start + length);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      throw new Malformed(`entry ${this.#passed + 1}, at byte ${cursor.offset}: ${error.message}`, {
        cause: error.cause,
      });
    }
    window.start += length;
    this.#passed++;
    return true;
  }

  [Symbol.dispose](): void {
    this.#input[Symbol.dispose]();
  }
}

/**
 * Puts the entry that a text shows into a batch, at its count; its bytes there are zero. Returns 0, the errno that
 * stands in place of the value, or `SKIPPED`. Throws Malformed.
 */
export type TakeEntry = (batch: EntryBatch, text: Buffer, start: number, end: number) => number;

/** The text shows no entry. */
export const SKIPPED = -1;

/**
 * The entries that texts show. Where the text ends within the map, so does the read, which says that it isn't complete.
 */
export class PrintedEntries implements EntrySource {
  readonly report: ReadReport = newReport("snapshot");
  readonly #file: SnapshotFile;
  readonly #map: PrintedMap;
  readonly #shape: EntryShape;
  readonly #texts: EntryTexts;
  readonly #take: TakeEntry;
  readonly #capacity: number;
  #batch: EntryBatch | undefined;
  #isDisposed = false;
  #isEnded = false;

  constructor(file: SnapshotFile, map: PrintedMap, shape: EntryShape, take: TakeEntry) {
    this.#file = file;
    this.#map = map;
    this.#shape = shape;
    this.#texts = new EntryTexts(file, map);
    this.#take = take;
    const entryBytes = Math.max(1, shape.keySize + shape.valueStride);
    const most = Math.max(1, Math.floor(MAX_BATCH_BYTES / entryBytes));
    this.#capacity = Math.min(MAX_BATCH_ENTRIES, most, Math.max(1, map.entries));
  }

  async next(): Promise<EntryBatch | undefined> {
    if (this.#isEnded) return undefined;
    const batch = this.#emptyBatch();
    const see: SeeEntry = (text, start, end) => this.#add(batch, this.#take(batch, text, start, end));
    try {
      while (batch.count < this.#capacity && (await this.#texts.next(see))) {}
    } catch (error) {
      throw error instanceof Malformed ? invalidOutput(this.#file.path, error.message) : error;
    }
    this.report.entries += batch.count;
    if (batch.count > 0) return batch;
    this.#isEnded = true;
    this.report.complete = !this.#map.isCut;
    if (this.#map.isCut) this.report.stop = { why: "cut" };
    return undefined;
  }

  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#texts[Symbol.dispose]();
  }

  #emptyBatch(): EntryBatch {
    const { keySize, valueStride } = this.#shape;
    this.#batch ??= {
      count: 0,
      keys: new Uint8Array(this.#capacity * keySize),
      values: new Uint8Array(this.#capacity * valueStride),
      errnos: undefined,
    };
    this.#batch.count = 0;
    this.#batch.keys.fill(0);
    this.#batch.values.fill(0);
    this.#batch.errnos = undefined;
    return this.#batch;
  }

  /** Counts the entry that was put at the batch's count. */
  #add(batch: EntryBatch, result: number): void {
    if (result === SKIPPED) {
      this.report.skipped++;
      return;
    }
    const { keySize, valueStride } = this.#shape;
    if (result !== 0) {
      batch.errnos ??= new Int32Array(this.#capacity);
      batch.errnos[batch.count] = result;
    }
    batch.count++;
    this.report.bytes += keySize + (result === 0 ? valueStride : 0);
  }
}

/** The error for output of bpftool that can't be read. */
export function invalidOutput(path: string, problem: string): EbpfMapError {
  return new EbpfMapError("SNAPSHOT_INVALID", `read the output of bpftool in ${path}: ${problem}`, { path });
}
