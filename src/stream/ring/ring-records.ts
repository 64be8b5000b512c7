import { roundUp8 } from "../../bytes.ts";
import { BUSY_BIT, DISCARD_BIT, HEADER_SIZE } from "../../sys/events/ring-header.ts";
import { BATCH_EVENTS, type EventBatch } from "../event-batch.ts";

/** The reason why a look at the headers of a ring ended. */
export type ScanEnd =
  /** At the producer. */
  | "end"
  /** At a record that is still being written. */
  | "busy"
  /** There is more than was asked for. */
  | "more"
  /** At a record that reaches behind the producer: no ring buffer has that, or it was overwritten meanwhile. */
  | "malformed";

/** The bytes of whole, finished records, and the state of the record behind them. */
export interface Scan {
  readonly bytes: number;
  readonly end: ScanEnd;
}

/** The most bytes to look at in one step. */
export interface ScanLimit {
  readonly bytes: number;
  readonly records: number;
}

/**
 * Looks at the headers of records from the reader's position up to the producer's, `pending` bytes on: as many as are
 * finished and as the limits allow. The first record may be longer than `limit.bytes`. `header(at)` gives
 * length and flags of the record `at` bytes on; whatever it returns, no byte behind the producer is counted.
 */
export function scanRecords(header: (at: number) => number, pending: number, limit: ScanLimit): Scan {
  let at = 0;
  for (let records = 0; at < pending; records++) {
    if (records >= limit.records) return { bytes: at, end: "more" };
    const word = header(at);
    if (word >= BUSY_BIT) return { bytes: at, end: "busy" };
    const next = at + recordSize(word);
    if (next > pending) return { bytes: at, end: "malformed" };
    if (next > limit.bytes && at > 0) return { bytes: at, end: "more" };
    at = next;
  }
  return { bytes: at, end: "end" };
}

/** Counts the events in the `pending` bytes up to the producer, discarded ones left out, up to a busy one. */
export function countRecords(header: (at: number) => number, pending: number): number {
  let count = 0;
  for (let at = 0; at < pending; ) {
    const word = header(at);
    if (word >= BUSY_BIT) break;
    if ((word & DISCARD_BIT) === 0) count += 1;
    at += recordSize(word);
  }
  return count;
}

/**
 * Lists the events in the first `length` bytes of a batch, which {@link scanRecords} has counted: those discarded are
 * left out. Ends before a record that isn't whole, as the scan would. Returns their bytes without headers.
 */
export function listRecords(batch: EventBatch, length: number): number {
  let bytes = 0;
  batch.count = 0;
  for (let at = 0; at + HEADER_SIZE <= length && batch.count < BATCH_EVENTS; ) {
    const word = batch.view.getUint32(at, true);
    const next = at + recordSize(word);
    if (word >= BUSY_BIT || next > length) break;
    if ((word & DISCARD_BIT) === 0) {
      batch.at[batch.count] = at + HEADER_SIZE;
      batch.length[batch.count] = word;
      batch.count += 1;
      bytes += word;
    }
    at = next;
  }
  return bytes;
}

/** The length of a record that isn't busy, with its header. */
function recordSize(word: number): number {
  return roundUp8(HEADER_SIZE + (word & ~DISCARD_BIT));
}
