import type { EntryBatch, EntrySource, ReadReport } from "./entries.ts";
import { newReport } from "./read-target.ts";

/** A source of entries that have been read already, so that a query runs on them. */
export class OneBatch implements EntrySource {
  readonly report: ReadReport;
  #batch: EntryBatch | undefined;

  constructor(batch: EntryBatch) {
    this.report = { ...newReport("batch"), complete: true, entries: batch.count };
    this.#batch = batch;
  }

  next(): EntryBatch | undefined {
    const batch = this.#batch;
    this.#batch = undefined;
    return batch;
  }

  [Symbol.dispose](): void {
    this.#batch = undefined;
  }
}
