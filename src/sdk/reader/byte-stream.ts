import { Readable } from "node:stream";
import { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { ShownText } from "../../codec/text/shown-text.ts";
import type { EntryBatch, EntryShape, EntrySource, ReadReport } from "../../reader/entries.ts";
import type { EntryOptions, MapSource } from "../../reader/map-source.ts";
import { mapView } from "../../reader/views/map-view.ts";
import type { Read } from "./read.ts";
import { TURN_MS, YieldTimer } from "./yield-timer.ts";

/** Bytes of a chunk, about. A stream that has several at once joins them, which costs as much again as making one. */
const CHUNK = 256 * 1024;

/** Entries that are written before anything is known of what they cost. */
const FIRST_SLICE = 16;

/** Writes a map into a buffer. */
export type Write = (map: MapSource, out: OutputBuffer) => Promise<void>;

/** Changes a batch before it is written. */
export type BatchChange = (batch: EntryBatch) => EntryBatch;

/** The consumer is gone: the writer need not go on. */
class Gone extends Error {}

/**
 * A stream of what `write` makes of a read. The next batch is read only when the consumer has taken what the last one
 * gave, so memory is bounded by the text of one batch; the event loop gets its turn between batches. Destroying the
 * stream ends the read; a read that fails destroys the stream with its error.
 */
export function byteStream(map: MapSource, read: Read, keep: BatchChange, write: Write, shown?: ShownText): Readable {
  const gate = new Gate();
  let writing: Promise<void> | undefined;
  const stream = new Readable({
    read() {
      writing ??= run();
      gate.open();
    },
    destroy(error, done) {
      gate.break();
      read.end(error ?? undefined);
      Promise.resolve(writing).then(() => done(error));
    },
  });
  // The last chunk is held on to. Were all of them garbage at a time, the C library would give their memory back to the
  // kernel, and every page of the next ones would cost a fault.
  let chunk: Buffer;
  const drain = (bytes: Uint8Array): void => {
    chunk = Buffer.allocUnsafeSlow(bytes.length);
    chunk.set(bytes);
    if (!stream.push(chunk)) gate.close();
  };
  const out = new OutputBuffer(drain, { capacity: CHUNK, ...(shown === undefined ? {} : { shown }) });
  const gated = ({ memory }: EntryOptions = {}): EntrySource => {
    if (memory !== undefined) read.useMemory(memory);
    return new GatedSource(read, gate, keep, map.shape);
  };
  const run = async (): Promise<void> => {
    try {
      await write(mapView(map, { entries: gated }, "borrowed"), out);
      out.flush();
      read.end();
      stream.push(null);
    } catch (error) {
      if (!(error instanceof Gone)) stream.destroy(error as Error);
    }
  };
  return stream;
}

/** Closed while the consumer has enough. */
class Gate {
  #isOpen = true;
  #isBroken = false;
  #waiting: (() => void) | undefined;

  open(): void {
    this.#isOpen = true;
    this.#waiting?.();
    this.#waiting = undefined;
  }

  close(): void {
    this.#isOpen = false;
  }

  /** Nobody comes any more. */
  break(): void {
    this.#isBroken = true;
    this.open();
  }

  /** Resolves when the consumer wants more. Throws Gone. */
  async pass(): Promise<void> {
    if (!this.#isOpen) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    if (this.#isBroken) throw new Gone();
  }
}

/**
 * The entries of a read, at the pace of the consumer. Batches are cut into slices that yield about one turn to be
 * written: formats differ a hundredfold in what an entry costs.
 */
class GatedSource implements EntrySource {
  readonly #read: Read;
  readonly #gate: Gate;
  readonly #keep: BatchChange;
  readonly #yieldTimer = new YieldTimer();
  readonly #shape: EntryShape;
  #batch: EntryBatch | undefined;
  #next = 0;
  /** Entries of the next slice, those of the last one, and when that was given out. */
  #slice = FIRST_SLICE;
  #given = 0;
  #began = 0;

  constructor(read: Read, gate: Gate, keep: BatchChange, shape: EntryShape) {
    this.#read = read;
    this.#gate = gate;
    this.#keep = keep;
    this.#shape = shape;
  }

  get report(): ReadReport {
    return this.#read.report;
  }

  async next(): Promise<EntryBatch | undefined> {
    if (this.#given > 0) this.#adjust(performance.now() - this.#began);
    await this.#gate.pass();
    if (this.#yieldTimer.due) await this.#yieldTimer.yield();
    this.#read.check();
    if (this.#batch === undefined || this.#next >= this.#batch.count) {
      const batch = await this.#read.next();
      this.#batch = batch && this.#keep(batch);
      this.#next = 0;
      if (this.#yieldTimer.due) await this.#yieldTimer.yield();
    }
    this.#began = performance.now();
    return this.#batch && this.#cut(this.#batch);
  }

  /** The stream ends the read: it knows whether that went well. */
  [Symbol.dispose](): void {}

  #cut(batch: EntryBatch): EntryBatch {
    const { keySize, valueStride } = this.#shape;
    const from = this.#next;
    const to = Math.min(batch.count, from + this.#slice);
    this.#next = to;
    this.#given = to - from;
    return {
      count: to - from,
      keys: batch.keys.subarray(from * keySize, to * keySize),
      values: batch.values.subarray(from * valueStride, to * valueStride),
      errnos: batch.errnos?.subarray(from, to),
    };
  }

  /** By what the last slice took: towards one turn, not more than doubled at once. */
  #adjust(milliseconds: number): void {
    this.#read.spend("decode", milliseconds / 1000);
    const fitting = (this.#given * TURN_MS) / Math.max(milliseconds, 0.001);
    this.#slice = Math.max(1, Math.floor(Math.min(fitting, 2 * this.#slice)));
  }
}
