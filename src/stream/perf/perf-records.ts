/** `struct perf_event_header { u32 type; u16 misc; u16 size }`. */
export const PERF_HEADER_SIZE = 8;
/** The longest record: what `size` can hold, aligned. */
export const MAX_RECORD_SIZE = 0x1_0000;

/** A record in bytes that were copied from a perf ring. */
export interface PerfRecord {
  type: number;
  /** With the header. */
  size: number;
  /** The time of a sample; 0 for other records, which have none. */
  time: bigint;
  /** The position and number of a sample's raw bytes, with the padding that the kernel adds. */
  at: number;
  length: number;
  /** The number of events that a LOST record reports. */
  lost: bigint;
}

export function newPerfRecord(): PerfRecord {
  return { type: 0, size: 0, time: 0n, at: 0, length: 0, lost: 0n };
}

const PERF_RECORD_LOST = 2;
const PERF_RECORD_SAMPLE = 9;

/**
 * Reads the record at `at` of the first `end` bytes into `record`. Returns "none" where no whole record stands there
 * and "malformed" for a length that no record has; nothing at or behind `end` is read.
 *
 * A sample is `{ header; u64 time; u32 size; u8 data[size] }` and a LOST record `{ header; u64 id; u64 lost }`, as
 * PERF_SAMPLE_TIME | PERF_SAMPLE_RAW without sample_id_all makes them.
 */
export function readPerfRecord(
  view: DataView,
  at: number,
  end: number,
  record: PerfRecord,
): "record" | "none" | "malformed" {
  if (at + PERF_HEADER_SIZE > end) return "none";
  record.type = view.getUint32(at, true);
  record.size = view.getUint16(at + 6, true);
  record.time = 0n;
  record.at = at + PERF_HEADER_SIZE;
  record.length = 0;
  record.lost = 0n;
  if (record.size < PERF_HEADER_SIZE || record.size % 8 !== 0) return "malformed";
  if (at + record.size > end) return "none";
  if (record.type === PERF_RECORD_SAMPLE) return readSample(view, at, record);
  if (record.type === PERF_RECORD_LOST) return readLost(view, at, record);
  record.length = record.size - PERF_HEADER_SIZE;
  return "record";
}

function readSample(view: DataView, at: number, record: PerfRecord): "record" | "malformed" {
  const dataAt = 20;
  if (record.size < dataAt) return "malformed";
  record.time = view.getBigUint64(at + 8, true);
  record.length = view.getUint32(at + 16, true);
  record.at = at + dataAt;
  return record.length <= record.size - dataAt ? "record" : "malformed";
}

function readLost(view: DataView, at: number, record: PerfRecord): "record" | "malformed" {
  if (record.size < 24) return "malformed";
  record.lost = view.getBigUint64(at + 16, true);
  record.length = record.size - PERF_HEADER_SIZE;
  return "record";
}
