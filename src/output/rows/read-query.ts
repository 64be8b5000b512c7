import { HiddenBytes } from "../../codec/keys/hidden-bytes.ts";
import type { Query } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import type { EntryBatch, EntrySource, ReadReport } from "../../reader/entries.ts";
import type { EntryOptions, MapSource } from "../../reader/map-source.ts";
import { readError, valuesError } from "../../reader/read-error.ts";
import { ENOENT } from "../../sys/errno.ts";
import type { DumpObserver } from "../bpftool/dialect-options.ts";
import type { RowWriter } from "./row-writer.ts";

/** Callbacks of a read. */
export interface QueryReader extends DumpObserver {
  /** Called with each run after the writer. */
  readonly also?: (run: RowRun) => Promise<void>;
  /** Called with one line about what the rows do not show. */
  readonly note?: (line: string) => void;
}

/** The end of a read: its report, and whether nothing that the query asks for is missing. */
interface QueryEnding {
  readonly report: ReadReport;
  readonly complete: boolean;
}

/** A read of the rows of a query, by runs that whoever asks for them takes at his own pace. */
export class QueryRead {
  readonly #map: MapSource;
  readonly #query: Query;
  readonly #reader: QueryReader;
  readonly #source: WatchedSource;
  readonly #hidden: HiddenBytes;

  constructor(map: MapSource, query: Query, reader: QueryReader = {}, options: EntryOptions = { ahead: true }) {
    this.#map = map;
    this.#query = query;
    this.#reader = reader;
    this.#hidden = new HiddenBytes(reader.note && query.entryTypes.key);
    this.#source = new WatchedSource(map.entries(options), (batch, entries) => {
      this.#hidden.scan(batch.keys, batch.count, map.shape.keySize);
      reader.progress?.(map, entries);
    });
  }

  /** The rows. A run is valid until the next one is asked for. Throws what the query throws. */
  async *runs(): AsyncGenerator<RowRun> {
    using source = this.#source;
    for await (const run of this.#query.run(source)) yield run;
  }

  /** Tells the reader how it went, once the runs have ended. */
  end(): QueryEnding {
    const { report, ended } = this.#source;
    const { path } = this.#hidden;
    if (path !== undefined) this.#reader.note?.(hiddenNote(this.#map, path));
    // A query that has enough rows ends the read early, and nothing is missing.
    this.#reader.done?.(this.#map, ended ? report : { ...report, complete: true });
    return { report, complete: (report.complete || !ended) && report.errno === 0 };
  }

  /** Throws the error that ended the read early, or that of values none of which could be read. */
  check(): void {
    const { report, read, failed, lastErrno } = this.#source;
    if (report.errno !== 0) throw readError(this.#map, report);
    if (read > 0 && failed === read && lastErrno !== ENOENT) throw valuesError(this.#map, lastErrno);
  }
}

/**
 * Reads a map, writes the rows of a query, and returns the report. Throws the error that ended the read early, so that
 * a map that cannot be read is never shown as empty; that a read has gaps is told by the report alone.
 */
export async function readQuery(
  map: MapSource,
  query: Query,
  writer: RowWriter,
  reader: QueryReader = {},
): Promise<ReadReport> {
  const read = new QueryRead(map, query, reader, entryOptions(writer));
  let begun = false;
  for await (const run of read.runs()) {
    if (!begun) writer.begin();
    begun = true;
    writer.write(run);
    await reader.also?.(run);
  }
  const { report, complete } = read.end();
  if (!begun && report.errno === 0) writer.begin();
  if (begun || report.errno === 0) writer.end(complete);
  read.check();
  return report;
}

function entryOptions(writer: RowWriter): EntryOptions {
  const memory = writer.batchMemory?.();
  return { ahead: true, ...(memory !== undefined && { memory }) };
}

/** Counts the entries of a source whose value could not be read. */
class WatchedSource implements EntrySource {
  read = 0;
  failed = 0;
  lastErrno = 0;
  readonly #source: EntrySource;
  readonly #progress: (batch: EntryBatch, entries: number) => void;
  ended = false;

  constructor(source: EntrySource, progress: (batch: EntryBatch, entries: number) => void) {
    this.#source = source;
    this.#progress = progress;
  }

  get report(): ReadReport {
    return this.#source.report;
  }

  async next(): Promise<EntryBatch | undefined> {
    const batch = await this.#source.next();
    this.ended = batch === undefined;
    if (batch === undefined) return undefined;
    this.read += batch.count;
    this.#progress(batch, this.read);
    if (batch.errnos !== undefined) this.#count(batch.errnos, batch.count);
    return batch;
  }

  [Symbol.dispose](): void {
    this.#source[Symbol.dispose]();
  }

  #count(errnos: Int32Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const errno = errnos[i] as number;
      if (errno === 0) continue;
      this.failed += 1;
      this.lastErrno = errno;
    }
  }
}

function hiddenNote({ label }: MapSource, path: string): string {
  const cure = `--render ${path}=hex shows them; --key takes {"$hex":"…"} in place of the text`;
  return `Note: ${label}: keys have bytes behind the NUL of \`${path}\`, by which keys that look the same differ (${cure})`;
}
