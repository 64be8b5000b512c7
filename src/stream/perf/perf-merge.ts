import { type EventBatch, RECORD_LOST, RECORD_SAMPLE } from "../event-batch.ts";
import type { StreamStats } from "../event-source.ts";
import { newPerfRecord, type PerfRecord, readPerfRecord } from "./perf-records.ts";

/** The part of a batch that was copied from the ring of one CPU: `length` bytes at `start`. */
export interface CpuPart {
  readonly cpu: number;
  readonly start: number;
  readonly length: number;
  /** More is in the ring than was copied. */
  readonly more: boolean;
}

/** The bytes of a part that became events, and whether the rest can't be read. */
export interface PartOutcome {
  readonly used: number;
  readonly malformed: boolean;
}

/** The limits of a merge. */
export interface MergeLimit {
  /** The last time that is listed. */
  readonly horizon: bigint;
  readonly events: number;
}

/**
 * Lists the records of several CPUs in the order of their times, those up to `horizon`; each ring is in order by
 * itself. What is later stays in its ring, since another CPU may yet write something earlier. Where a ring has more
 * than was copied, the last time seen of it is a horizon, too.
 */
export function mergeByTime(
  batch: EventBatch,
  parts: readonly CpuPart[],
  { horizon, events }: MergeLimit,
  stats: StreamStats,
): readonly PartOutcome[] {
  const cursors = parts.map((part) => new Cursor(part, batch.view));
  let end = horizon;
  batch.count = 0;
  while (batch.count < events) {
    const next = earliest(cursors);
    if (next === undefined || next.time > end) break;
    put(batch, next, stats);
    next.advance();
    if (next.needsMore && next.time < end) end = next.time;
  }
  return cursors.map(({ used, malformed }) => ({ used, malformed }));
}

/** The records of one part, one after the other. */
class Cursor {
  readonly cpu: number;
  readonly record: PerfRecord = newPerfRecord();
  /** The time of the record, or of the last sample before it where it has none. */
  time = 0n;
  used = 0;
  malformed = false;
  hasRecord = false;
  /** All that was copied is used, and the ring has more. */
  needsMore = false;
  readonly #view: DataView;
  readonly #part: CpuPart;

  constructor(part: CpuPart, view: DataView) {
    this.cpu = part.cpu;
    this.#part = part;
    this.#view = view;
    this.#load();
  }

  advance(): void {
    this.used += this.record.size;
    this.#load();
  }

  #load(): void {
    const { start, length, more } = this.#part;
    const found = readPerfRecord(this.#view, start + this.used, start + length, this.record);
    this.hasRecord = found === "record";
    // The kernel shows whole records only, so one that is cut off can't be, unless that was done here.
    this.malformed = found === "malformed" || (found === "none" && !more && this.used < length);
    this.needsMore = found === "none" && more;
    if (this.hasRecord && this.record.type === RECORD_SAMPLE) this.time = this.record.time;
  }
}

function earliest(cursors: readonly Cursor[]): Cursor | undefined {
  let first: Cursor | undefined;
  for (const cursor of cursors) {
    if (cursor.hasRecord && (first === undefined || cursor.time < first.time)) first = cursor;
  }
  return first;
}

function put(batch: EventBatch, { cpu, time, record }: Cursor, stats: StreamStats): void {
  const i = batch.count++;
  batch.at[i] = record.at;
  batch.length[i] = record.length;
  batch.type[i] = record.type;
  batch.cpu[i] = cpu;
  batch.time[i] = time;
  if (record.type === RECORD_LOST) stats.lost += Number(record.lost);
  if (record.type !== RECORD_SAMPLE) return;
  stats.received += 1;
  stats.bytes += record.length;
}
