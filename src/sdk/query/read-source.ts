import type { EntryBatch, EntrySource, ReadReport } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { callError } from "../../reader/read-error.ts";
import { ENOENT } from "../../sys/errno.ts";
import type { Read } from "../reader/read.ts";
import { YieldTimer } from "../reader/yield-timer.ts";

/** Tells which entries of a batch are wanted. */
export type EntryFilter = (batch: EntryBatch, i: number) => boolean;

/**
 * The entries of a read, as a query takes them. Entries that vanished while they were read are left out, and any other
 * value that can't be read is thrown, so a query never answers for less than the map. The event loop gets its turn
 * between batches.
 */
export class ReadSource implements EntrySource {
  /** True at the end of the map. */
  isAtEnd = false;
  readonly #read: Read;
  readonly #map: MapSource;
  readonly #keep: EntryFilter | undefined;
  readonly #yieldTimer = new YieldTimer();

  constructor(read: Read, map: MapSource, keep: EntryFilter | undefined) {
    this.#read = read;
    this.#map = map;
    this.#keep = keep;
  }

  get report(): ReadReport {
    return this.#read.report;
  }

  async next(): Promise<EntryBatch | undefined> {
    if (this.#yieldTimer.due) await this.#yieldTimer.yield();
    this.#read.check();
    const next = this.#read.next();
    const batch = next instanceof Promise ? await next : next;
    this.isAtEnd = batch === undefined;
    return batch && this.#wanted(batch);
  }

  /** The iteration ends the read. */
  [Symbol.dispose](): void {}

  #wanted(batch: EntryBatch): EntryBatch {
    const { errnos } = batch;
    const isThere = (i: number): boolean => (errnos?.[i] ?? 0) === 0;
    const failed = errnos?.subarray(0, batch.count).find((errno) => errno !== 0 && errno !== ENOENT);
    if (failed !== undefined) throw callError("read a value of", this.#map, "lookup", failed);
    const there =
      errnos === undefined ? batch : { ...keptEntries(batch, this.#map, (_, i) => isThere(i)), errnos: undefined };
    return keptEntries(there, this.#map, this.#keep);
  }
}

/** The entries of a batch that are wanted, in buffers of their own; the batch itself without a condition. */
export function keptEntries(batch: EntryBatch, { shape }: MapSource, keep: EntryFilter | undefined): EntryBatch {
  if (keep === undefined) return batch;
  const { keySize, valueStride } = shape;
  const picked = Array.from({ length: batch.count }, (_, i) => i).filter((i) => keep(batch, i));
  const taken = (bytes: Uint8Array, size: number): Uint8Array =>
    Buffer.concat(picked.map((i) => bytes.subarray(i * size, (i + 1) * size)));
  const errnos = batch.errnos && Int32Array.from(picked, (i) => batch.errnos?.[i] ?? 0);
  return { count: picked.length, keys: taken(batch.keys, keySize), values: taken(batch.values, valueStride), errnos };
}
