import type { EntryBatch, EntryShape } from "../../reader/entries.ts";
import { type EntryText, entryText, hasBytes } from "../entry-text.ts";
import { lineLimit, PEEK_START, TRAILER_START } from "../format.ts";
import { decodeHex } from "../hex.ts";
import { type EntrySlot, parseEntry } from "./entry-json.ts";
import type { LineWindow } from "./line-window.ts";

const MAX_BATCH_ENTRIES = 4096;
const MAX_BATCH_BYTES = 1024 * 1024;

/** The reason why reading entry lines stopped: the batch is full, bytes are missing, or the next line is no entry. */
export type StopReason = "full" | "more" | "end";

/** Reads entry lines into a batch, over and over the same one. */
export class EntryLines {
  /** Entries of the batch that have an errno in place of a value. */
  failed = 0;
  readonly #shape: EntryShape;
  readonly #capacity: number;
  readonly #text: EntryText;
  readonly #limit: number;
  #batch: EntryBatch | undefined;
  #errnos: Int32Array | undefined;

  constructor(shape: EntryShape) {
    const entryBytes = Math.max(1, shape.keySize + shape.valueStride);
    this.#shape = shape;
    this.#capacity = Math.min(MAX_BATCH_ENTRIES, Math.max(1, Math.floor(MAX_BATCH_BYTES / entryBytes)));
    this.#text = entryText(shape);
    this.#limit = lineLimit(shape);
  }

  /** Made when the first line is there, so that a header alone costs no memory, whatever sizes it names. */
  get batch(): EntryBatch {
    this.#batch ??= {
      count: 0,
      keys: new Uint8Array(this.#capacity * this.#shape.keySize),
      values: new Uint8Array(this.#capacity * this.#shape.valueStride),
      errnos: undefined,
    };
    return this.#batch;
  }

  get count(): number {
    return this.#batch?.count ?? 0;
  }

  /** Empties the batch. */
  begin(): void {
    this.failed = 0;
    if (this.#batch === undefined) return;
    this.#batch.count = 0;
    this.#batch.errnos = undefined;
  }

  /**
   * Appends entries to the batch as long as there are whole lines of them. Throws Malformed at the line it stops at.
   */
  read(window: LineWindow): StopReason {
    while (this.count < this.#capacity) {
      if (this.#decode(window)) continue;
      const end = window.lineEnd(this.#limit);
      if (end < 0) return "more";
      if (window.startsWith(TRAILER_START) || window.startsWith(PEEK_START)) return "end";
      this.#parse(window, end);
    }
    return "full";
  }

  /** The fast way: a whole line with a value, exactly as this program writes it. False if it isn't one. */
  #decode(window: LineWindow): boolean {
    const { head, middle, tail, keyAt, middleAt, valueAt, tailAt, length } = this.#text;
    const at = window.start;
    if (window.end - at < length || !hasBytes(window.bytes, at + tailAt, tail)) return false;
    if (!hasBytes(window.bytes, at, head) || !hasBytes(window.bytes, at + middleAt, middle)) return false;
    const { keySize, valueStride } = this.#shape;
    const { keys, values, count } = this.batch;
    if (!decodeHex(window.view, at + keyAt, keySize, keys, count * keySize)) return false;
    if (!decodeHex(window.view, at + valueAt, valueStride, values, count * valueStride)) return false;
    this.batch.count++;
    window.start = at + length;
    return true;
  }

  /** The slow way: any JSON. */
  #parse(window: LineWindow, end: number): void {
    const batch = this.batch;
    const { keySize, valueStride } = this.#shape;
    const slot: EntrySlot = {
      keys: batch.keys,
      keyAt: batch.count * keySize,
      values: batch.values,
      valueAt: batch.count * valueStride,
    };
    const errno = parseEntry(window.text(end), this.#shape, slot);
    if (errno !== 0) {
      batch.errnos ??= this.#clearErrnos();
      batch.errnos[batch.count] = errno;
      this.failed++;
    }
    batch.count++;
    window.start = end + 1;
  }

  #clearErrnos(): Int32Array {
    this.#errnos ??= new Int32Array(this.#capacity);
    return this.#errnos.fill(0);
  }
}
