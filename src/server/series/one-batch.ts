import type { EntryBatch, EntrySource, ReadReport } from "../../reader/entries.ts";

/** A source of one batch at a time, so that many queries can take the batches of one read. */
export class OneBatch implements EntrySource {
  readonly report: ReadReport = {
    complete: true,
    mode: "batch",
    entries: 0,
    restarts: 0,
    duplicates: 0,
    skipped: 0,
    retries: 0,
    bytes: 0,
    errno: 0,
  };
  #batch: EntryBatch | undefined;

  /** The batch to end with. */
  give(batch: EntryBatch): void {
    this.#batch = batch;
  }

  async next(): Promise<EntryBatch | undefined> {
    const batch = this.#batch;
    this.#batch = undefined;
    return batch;
  }

  [Symbol.dispose](): void {}
}
