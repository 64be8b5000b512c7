/** `PERF_RECORD_LOST` and `PERF_RECORD_SAMPLE` of the kernel's uapi. Events of a ring buffer are samples, too. */
export const RECORD_LOST = 2;
export const RECORD_SAMPLE = 9;

/** Bytes that are copied at once from a ring buffer, unless one record is longer. */
export const COPY_BYTES: number = 256 * 1024;

/** Events that one batch may have. */
export const BATCH_EVENTS = 8192;

/**
 * Some events, as copied out of a stream: the bytes of event i are `bytes[at[i]] … bytes[at[i] + length[i]]`. The batch
 * is used again for the next events, so what is to be kept must be copied.
 */
export class EventBatch {
  bytes: Uint8Array;
  view: DataView;
  count = 0;
  readonly at: Uint32Array = new Uint32Array(BATCH_EVENTS);
  readonly length: Uint32Array = new Uint32Array(BATCH_EVENTS);
  /** The type of perf record: anything but {@link RECORD_SAMPLE} is no event but a message about events. */
  readonly type: Uint32Array = new Uint32Array(BATCH_EVENTS).fill(RECORD_SAMPLE);
  /** The CPU that wrote it, and when, in nanoseconds; 0 for ring buffers, which don't say. */
  readonly cpu: Uint32Array = new Uint32Array(BATCH_EVENTS);
  readonly time: BigUint64Array = new BigUint64Array(BATCH_EVENTS);

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for so many bytes; those that are there are lost. */
  reserve(capacity: number): void {
    if (capacity <= this.bytes.length) return;
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }
}
