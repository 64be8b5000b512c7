import type { EntryBatch, EntrySource, ReadReport } from "../../src/reader/entries.ts";

/** A source of entries that are there already. */
export class OneBatch implements EntrySource {
  readonly report: ReadReport;
  #batch: EntryBatch | undefined;

  constructor(batch: EntryBatch) {
    this.#batch = batch;
    const none = { restarts: 0, duplicates: 0, skipped: 0, retries: 0, bytes: 0, errno: 0 };
    this.report = { complete: true, mode: "walk", entries: batch.count, ...none };
  }

  next(): EntryBatch | undefined {
    const batch = this.#batch;
    this.#batch = undefined;
    return batch;
  }

  [Symbol.dispose](): void {}
}
