import type { Query } from "../../../query/query.ts";
import type { RowRun } from "../../../query/rows/rows.ts";
import type { RowWriter } from "../../rows/row-writer.ts";
import { ColumnCollector } from "../collect.ts";
import type { ColumnOptions } from "../column-options.ts";
import { ReadTime, SameText } from "../fill/constants.ts";
import { TABLE_LIMITS } from "../table-writer.ts";
import { bestCompression } from "./compression.ts";
import { ParquetFile } from "./parquet-file.ts";

/** The machine that a map is read on. */
export interface Origin {
  readonly host: string;
  /** The kernel's id of this boot; "" where it is unknown. */
  readonly bootId: string;
}

/** The outcome of one of the reads in a file. */
interface ReadNote {
  readonly time: string;
  readonly rows: number;
  readonly complete: boolean;
}

/**
 * A Parquet file of several reads of a map: each row has the time of its read, the host and its boot in front. A read
 * that fails is not in the file, whatever was written of it.
 */
export class HistoryFile {
  readonly #file: ParquetFile;
  readonly #collector: ColumnCollector;
  readonly #time: ReadTime = new ReadTime("time");
  readonly #options: ColumnOptions;
  readonly #reads: ReadNote[] = [];
  readonly #writer: RowWriter;

  constructor(query: Query, { host, bootId }: Origin, options: ColumnOptions, put: (bytes: Uint8Array) => void) {
    const fill = { ...options.fill, missing: "dense" } as const;
    const leading = [this.#time, new SameText("host", host), new SameText("boot_id", bootId)];
    this.#collector = new ColumnCollector(
      query,
      fill,
      TABLE_LIMITS,
      "again",
      (table) => this.#file.add(table),
      leading,
    );
    this.#file = new ParquetFile(this.#collector.columns, bestCompression(), put);
    this.#options = options;
    this.#writer = { begin() {}, write: (run: RowRun) => this.#collector.add(run), end() {} };
    this.#file.begin();
  }

  /** The number of reads that the file has. */
  get reads(): number {
    return this.#reads.length;
  }

  /** Adds the rows that `read` gives to a writer; it says whether they are all that the map had. */
  async add(time: Date, read: (writer: RowWriter) => Promise<{ readonly complete: boolean }>): Promise<void> {
    this.#time.now = BigInt(time.getTime()) * 1_000_000n;
    const before = this.#file.mark();
    try {
      const { complete } = await read(this.#writer);
      this.#collector.flush();
      const rows = this.#file.rows - before.rows;
      this.#reads.push({ time: time.toISOString(), rows, complete });
    } catch (error) {
      this.#collector.drop();
      this.#file.backTo(before);
      throw error;
    }
  }

  end(): void {
    const notes = new Map([...this.#options.notes, ["ebpf-map:reads", JSON.stringify(this.#reads)]]);
    this.#file.end(notes, this.#collector.table());
  }
}
