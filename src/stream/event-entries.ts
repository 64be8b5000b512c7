import { roundUp8 } from "../bytes.ts";
import type { EntryBatch, EntryShape, EntrySource, ReadReport } from "../reader/entries.ts";
import { newReport } from "../reader/read-target.ts";
import { endsOpen, withRoom } from "../schema/cut-value.ts";
import type { Layout } from "../schema/layout.ts";
import { HEADER_SIZE } from "../sys/events/ring-header.ts";
import { eventBatches } from "./batches.ts";
import { BATCH_EVENTS, type EventBatch, RECORD_SAMPLE } from "./event-batch.ts";
import { EVENT_KEY_SIZE, EVENT_KEY_TIME } from "./event-key.ts";
import type { EventSource } from "./event-source.ts";

/** Bytes of values that one batch of entries may have. */
const MAX_VALUE_BYTES = 1024 * 1024;
/** Fewer events than this are copied rather than looked at where they lie. */
const FEW = 64;

/** Bytes of an event that are seen where the last array of its type has no length. */
const OPEN_BYTES = 16 * 1024;

/** The type of events as entries, which all have the same size: an array without a length gets one. */
export function entryType(layout: Layout): Layout {
  return endsOpen(layout) ? withRoom(layout, layout.size + OPEN_BYTES) : layout;
}

/** The sizes of events as entries. */
export interface EventSizes {
  /** Bytes of an event's type. */
  readonly typeSize: number;
  /** Bytes of an event that are seen: those of its type, or more where the last array of the type has no length. */
  readonly valueSize: number;
  /** Bytes that an event must have: a shorter one is left out. */
  readonly neededBytes: number;
}

/** Options for turning events into entries of a query. */
export interface EntriesOptions extends EventSizes {
  /** Events have the key of `event-key.ts`. */
  readonly perf: boolean;
  /** Ends the stream; the source stays open. */
  readonly signal: AbortSignal;
  /** Called before each batch of entries. */
  readonly onBatch: () => void;
  /** Called with events as they come. */
  readonly onEvents?: (batch: EventBatch) => void;
  /** The number of events that are still wanted. */
  readonly left?: () => number;
}

/**
 * The layout of events as entries: as far apart as records of their type in a ring buffer, so that those needn't be
 * copied.
 */
export function eventShape({ valueSize, perf }: Pick<EntriesOptions, "valueSize" | "perf">): EntryShape {
  return { keySize: perf ? EVENT_KEY_SIZE : 0, valueSize, cpus: 0, valueStride: roundUp8(HEADER_SIZE + valueSize) };
}

/** The events of a stream as entries of a map, so that whatever reads a map reads them too. */
export class EventEntries implements EntrySource {
  readonly report: ReadReport = { ...newReport("batch"), complete: true };
  /** Events that were shorter than their type. */
  short = 0;
  /** Those of them that were too short for what is asked of them, too, and left out. */
  leftOut = 0;
  /** Events of which there was more than is seen, though their type goes on to their end. */
  cut = 0;
  readonly #options: EntriesOptions;
  readonly #batches: AsyncGenerator<EventBatch, void, undefined>;
  readonly #stride: number;
  readonly #capacity: number;
  /** Events that were copied. */
  readonly #copies: EntryBatch;
  readonly #keyView: DataView;
  /** For each copy the bytes that are there, behind which all are zeros. */
  readonly #lengths: Uint32Array;
  /** Events are of any length. */
  readonly #isOpen: boolean;
  #batch: EventBatch | undefined;
  /** The next event of the batch. */
  #next = 0;

  constructor(source: EventSource, options: EntriesOptions) {
    this.#options = options;
    this.#batches = eventBatches(source, options.signal, options.left);
    const { keySize, valueStride } = eventShape(options);
    this.#stride = valueStride;
    this.#capacity = Math.max(1, Math.min(BATCH_EVENTS, Math.floor(MAX_VALUE_BYTES / valueStride)));
    const keys = new Uint8Array(this.#capacity * keySize);
    const values = new Uint8Array(this.#capacity * valueStride);
    this.#copies = { count: 0, keys, values, errnos: undefined };
    this.#keyView = new DataView(keys.buffer);
    this.#lengths = new Uint32Array(this.#capacity);
    this.#isOpen = options.valueSize > options.typeSize;
  }

  async next(): Promise<EntryBatch | undefined> {
    for (;;) {
      this.#options.onBatch();
      if (this.#batch === undefined || this.#next >= this.#batch.count) {
        const { value } = await this.#batches.next();
        if (value === undefined) return undefined;
        this.#batch = value;
        this.#next = 0;
        this.#options.onEvents?.(value);
      }
      const entries = this.#entriesOf(this.#batch);
      this.report.entries += entries.count;
      this.report.bytes += entries.count * this.#options.valueSize;
      if (entries.count > 0) return entries;
    }
  }

  [Symbol.dispose](): void {
    this.#batch = undefined;
  }

  /** The next events of a batch: where they lie, or copied. */
  #entriesOf(batch: EventBatch): EntryBatch {
    const count = this.#options.perf || this.#isOpen ? 0 : this.#inPlace(batch);
    if (count < FEW) return this.#copied(batch);
    const at = batch.at[this.#next] as number;
    this.#next += count;
    const values = batch.bytes.subarray(at, at + count * this.#stride);
    return { count, keys: this.#copies.keys, values, errnos: undefined };
  }

  /** Counts the next events that are as far apart as entries are. */
  #inPlace({ at, length, count }: EventBatch): number {
    const { valueSize } = this.#options;
    const first = at[this.#next] as number;
    let i = this.#next;
    while (i < count && at[i] === first + (i - this.#next) * this.#stride && (length[i] as number) >= valueSize) {
      i += 1;
    }
    return i - this.#next;
  }

  /** Copies events until the batch is used up or the entries are full. */
  #copied(batch: EventBatch): EntryBatch {
    const { perf, typeSize, valueSize, neededBytes } = this.#options;
    let count = 0;
    let isCut = this.#isOpen;
    for (; this.#next < batch.count && count < this.#capacity; this.#next++) {
      const i = this.#next;
      if (batch.type[i] !== RECORD_SAMPLE) continue;
      const length = batch.length[i] as number;
      if (length < typeSize) this.short += 1;
      if (length < neededBytes) {
        this.leftOut += 1;
        continue;
      }
      if (length < valueSize) isCut = true;
      else if (this.#isOpen && length > valueSize) this.cut += 1;
      this.#copy(count, batch.bytes, batch.at[i] as number, Math.min(length, valueSize));
      if (perf) this.#writeKey(count, batch, i);
      count += 1;
    }
    this.#copies.count = count;
    this.#copies.lengths = isCut ? this.#lengths : undefined;
    return this.#copies;
  }

  /** Zeros stand for what is missing; only where there was something before need they be written. */
  #copy(entry: number, bytes: Uint8Array, at: number, length: number): void {
    const { values } = this.#copies;
    const to = entry * this.#stride;
    // Events are short: a loop is faster than set() with a subarray.
    for (let byte = 0; byte < length; byte++) values[to + byte] = bytes[at + byte] as number;
    const before = this.#lengths[entry] as number;
    if (length < before) values.fill(0, to + length, to + before);
    this.#lengths[entry] = length;
  }

  #writeKey(entry: number, { cpu, time }: EventBatch, i: number): void {
    this.#keyView.setUint32(entry * EVENT_KEY_SIZE, cpu[i] as number, true);
    this.#keyView.setBigUint64(entry * EVENT_KEY_SIZE + EVENT_KEY_TIME, time[i] as bigint, true);
  }
}
