import type { EntryBatch, EntryShape, EntrySource, ReadReport } from "../reader/entries.ts";
import { eventBatches } from "./batches.ts";
import { BATCH_EVENTS, type EventBatch, RECORD_SAMPLE } from "./event-batch.ts";
import { EVENT_KEY_SIZE, EVENT_KEY_TIME } from "./event-key.ts";
import type { EventSource } from "./event-source.ts";

/** Bytes of values that one batch of entries may have. */
const MAX_VALUE_BYTES = 1024 * 1024;

/** What is done with events on their way into a query. */
export interface EntriesOptions {
  /** Bytes of an event's type: of a longer event only these are seen, and a shorter one is left out. */
  readonly valueSize: number;
  /** Events have the key of `event-key.ts`. */
  readonly perf: boolean;
  /** Ends the stream; the source stays open. */
  readonly signal: AbortSignal;
  /** Called before each batch of entries. */
  readonly onBatch: () => void;
}

/** How events lie in memory as entries. */
export function eventShape({ valueSize, perf }: Pick<EntriesOptions, "valueSize" | "perf">): EntryShape {
  return { keySize: perf ? EVENT_KEY_SIZE : 0, valueSize, cpus: 0, valueStride: valueSize };
}

/** The events of a stream as entries of a map, so that whatever reads a map reads them too. */
export class EventEntries implements EntrySource {
  readonly report: ReadReport = {
    complete: true,
    mode: "batch",
    entries: 0,
    restarts: 0,
    duplicates: 0,
    skipped: 0,
    retries: 0,
    bytes: 0,
    errno: 0,
  };
  /** Events that were too short for their type. */
  short = 0;
  readonly #options: EntriesOptions;
  readonly #batches: AsyncGenerator<EventBatch, void, undefined>;
  readonly #capacity: number;
  readonly #entries: EntryBatch;
  readonly #keyView: DataView;
  #batch: EventBatch | undefined;
  /** The next event of the batch. */
  #next = 0;

  constructor(source: EventSource, options: EntriesOptions) {
    this.#options = options;
    this.#batches = eventBatches(source, options.signal);
    const { keySize, valueSize } = eventShape(options);
    this.#capacity = Math.max(1, Math.min(BATCH_EVENTS, Math.floor(MAX_VALUE_BYTES / Math.max(1, valueSize))));
    const keys = new Uint8Array(this.#capacity * keySize);
    const values = new Uint8Array(this.#capacity * valueSize);
    this.#entries = { count: 0, keys, values, errnos: undefined };
    this.#keyView = new DataView(keys.buffer);
  }

  async next(): Promise<EntryBatch | undefined> {
    const entries = this.#entries;
    for (entries.count = 0; entries.count === 0; ) {
      this.#options.onBatch();
      if (this.#batch === undefined || this.#next >= this.#batch.count) {
        const { value } = await this.#batches.next();
        if (value === undefined) return undefined;
        this.#batch = value;
        this.#next = 0;
      }
      this.#fill(this.#batch);
    }
    this.report.entries += entries.count;
    this.report.bytes += entries.count * this.#options.valueSize;
    return entries;
  }

  [Symbol.dispose](): void {
    this.#batch = undefined;
  }

  /** Copies events until the batch is used up or the entries are full. */
  #fill(batch: EventBatch): void {
    const { perf, valueSize } = this.#options;
    const { values } = this.#entries;
    let count = 0;
    for (; this.#next < batch.count && count < this.#capacity; this.#next++) {
      const i = this.#next;
      if (batch.type[i] !== RECORD_SAMPLE) continue;
      if ((batch.length[i] as number) < valueSize) {
        this.short += 1;
        continue;
      }
      const at = batch.at[i] as number;
      const to = count * valueSize;
      // Events are short: a loop is faster than set() with a subarray.
      for (let byte = 0; byte < valueSize; byte++) values[to + byte] = batch.bytes[at + byte] as number;
      if (perf) this.#writeKey(count, batch, i);
      count += 1;
    }
    this.#entries.count = count;
  }

  #writeKey(entry: number, { cpu, time }: EventBatch, i: number): void {
    this.#keyView.setUint32(entry * EVENT_KEY_SIZE, cpu[i] as number, true);
    this.#keyView.setBigUint64(entry * EVENT_KEY_SIZE + EVENT_KEY_TIME, time[i] as bigint, true);
  }
}
