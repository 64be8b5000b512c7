import { AsyncByteQueue, RecordBatchStreamWriter } from "apache-arrow";
import type { OutputBuffer } from "../../../codec/text/output-buffer.ts";
import type { Query } from "../../../query/query.ts";
import type { RowRun } from "../../../query/rows/rows.ts";
import type { RowWriter } from "../../rows/row-writer.ts";
import { unreadNote } from "../../rows/unread-note.ts";
import { ColumnCollector } from "../collect.ts";
import type { ColumnOptions } from "../column-options.ts";
import { arrowSchema } from "./arrow-schema.ts";
import { RecordBatches } from "./record-batch.ts";

/** The rows and bytes of a record batch at most. */
const LIMITS = { rows: 65_536, bytes: 8 * 2 ** 20 };

/** Writes rows as a stream of Arrow's record batches. A stream that was cut short has no end mark. */
export class ArrowRows implements RowWriter {
  readonly #collector: ColumnCollector;
  readonly #writer: RecordBatchStreamWriter = new RecordBatchStreamWriter();
  readonly #batches: RecordBatches;
  readonly #sink: Sink;
  readonly #warn: ColumnOptions["warn"];

  constructor(query: Query, out: OutputBuffer, { fill, notes, warn }: ColumnOptions) {
    const take = { ...fill, missing: "with-place" } as const;
    this.#collector = new ColumnCollector(query, take, LIMITS, "again", (table) => {
      this.#writer.write(this.#batches.of(table));
    });
    this.#batches = new RecordBatches(arrowSchema(this.#collector.columns, notes));
    this.#sink = new Sink(out);
    this.#warn = warn;
  }

  begin(): void {
    this.#writer.reset(this.#sink, this.#batches.schema);
  }

  write(run: RowRun): void {
    this.#collector.add(run);
  }

  end(): void {
    this.#collector.flush();
    this.#writer.finish();
    const { unread } = this.#collector;
    if (unread > 0) this.#warn(unreadNote(unread, "are shown without them"));
  }
}

/** A queue of Arrow's writer that doesn't queue: bytes go to the output before `write` returns. */
class Sink extends AsyncByteQueue {
  readonly #out: OutputBuffer;

  constructor(out: OutputBuffer) {
    super();
    this.#out = out;
  }

  override write(bytes: Uint8Array): void {
    this.#out.write(bytes);
  }
}
