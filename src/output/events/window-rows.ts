import type { JsonOptions } from "../../codec/json/json-options.ts";
import type { Render } from "../../codec/json/json-program.ts";
import { compileJsonRow } from "../../codec/json/json-row.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { RowPrinter } from "../../codec/text/row-printer.ts";
import type { Query } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import { rowList } from "../rows/row-lists.ts";

/** A period of a stream and its events. */
export interface EventWindow {
  readonly from: Date;
  readonly to: Date;
  readonly events: number;
  /** The number of groups that were evicted because there were more than `--max-groups`. */
  readonly evicted: number;
}

/** Writes one window after the other. */
export interface WindowWriter {
  begin(window: EventWindow): void | Promise<void>;
  write(run: RowRun): void;
  end(): void;
  /** Ends the output after the last window. */
  close(): void;
}

export interface WindowRowsOptions extends JsonOptions {
  readonly render: Render;
  /** All windows are one array; else each line has one. */
  readonly array: boolean;
}

/**
 * Writes the groups of windows as JSON:
 * `{"from":"…","to":"…","events":12,"evicted":0,"groups":[{"value.comm":"sh","count()":12}]}`.
 */
export class WindowRows implements WindowWriter {
  readonly #query: Query;
  readonly #out: OutputBuffer;
  readonly #array: boolean;
  readonly #row: RowPrinter;
  #windows = 0;
  #rows = 0;

  constructor(query: Query, out: OutputBuffer, { array, render, ...options }: WindowRowsOptions) {
    this.#query = query;
    this.#out = out;
    this.#array = array;
    const format = { columns: query.columns ?? [], shape: query.shape, options, render, tail: "}" };
    this.#row = compileJsonRow(format, out);
    if (array) out.text("[");
  }

  begin({ from, to, events, evicted }: EventWindow): void {
    if (this.#array && this.#windows > 0) this.#out.text(",");
    this.#windows += 1;
    this.#rows = 0;
    const span = `"from":"${from.toISOString()}","to":"${to.toISOString()}"`;
    this.#out.text(`{${span},"events":${events},"evicted":${evicted},"groups":[`);
  }

  write(run: RowRun): void {
    const how = { listed: true, first: this.#rows === 0 };
    this.#row.printAll(run.batch, rowList(run, 0, run.count, this.#query.shape), how);
    this.#rows += run.count;
  }

  end(): void {
    this.#out.text(this.#array ? "]}" : "]}\n");
  }

  close(): void {
    if (this.#array) this.#out.text("]\n");
  }
}
