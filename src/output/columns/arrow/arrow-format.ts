import { AsyncByteQueue, RecordBatchStreamWriter } from "apache-arrow";
import type { OutputBuffer } from "../../../codec/text/output-buffer.ts";
import type { Column, ColumnTable } from "../column.ts";
import type { TableFormat, TableWriter } from "../table-writer.ts";
import { arrowSchema } from "./arrow-schema.ts";
import { RecordBatches } from "./record-batch.ts";

/** Returns the format of streams of Arrow's record batches; `notes` go into the schema. */
export function arrowFormat(out: OutputBuffer, notes: ReadonlyMap<string, string>): TableFormat {
  return { missing: "with-place", isStream: true, open: (columns) => new ArrowStream(columns, out, notes) };
}

/** Writes tables as a stream of record batches. A stream that was cut short has no end mark. */
class ArrowStream implements TableWriter {
  readonly #writer: RecordBatchStreamWriter = new RecordBatchStreamWriter();
  readonly #batches: RecordBatches;
  readonly #sink: Sink;

  constructor(columns: readonly Column[], out: OutputBuffer, notes: ReadonlyMap<string, string>) {
    this.#batches = new RecordBatches(arrowSchema(columns, notes));
    this.#sink = new Sink(out);
  }

  begin(): void {
    this.#writer.reset(this.#sink, this.#batches.schema);
  }

  add(table: ColumnTable): void {
    this.#writer.write(this.#batches.of(table));
  }

  /** The schema is long gone: a last batch, without rows, has the notes. */
  end(empty: ColumnTable, notes: ReadonlyMap<string, string>): void {
    this.#writer.write(this.#batches.of(empty, notes));
    this.#writer.finish();
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
