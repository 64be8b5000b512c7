import type { BatchMemory, EntryBatch, EntrySource, ReadReport } from "../../reader/entries.ts";
import type { EntryOptions, MapSource } from "../../reader/map-source.ts";
import { readError } from "../../reader/read-error.ts";
import { MILLISECONDS, type OptionChecks, SIGNAL } from "../check-options.ts";
import { type Spent, timed } from "./meter.ts";
import { abortedError, closedError, timeoutError } from "./read-errors.ts";

/** Options of a read: its time limit, and the signal that ends it. */
export interface ReadOptions {
  /**
   * Milliseconds from the call on, after which the read ends with TIMEOUT: no limit unless given, as with Infinity; a
   * number that isn't positive has passed. A synchronous read looks between batches.
   */
  readonly timeout?: number;
  /**
   * Ends the read with ABORTED, whose `cause` is the signal's reason. A synchronous read sees it only if
   * it was aborted before, or in the loop itself.
   */
  readonly signal?: AbortSignal;
}

export const READ_CHECKS: OptionChecks<ReadOptions> = { timeout: MILLISECONDS, signal: SIGNAL };

/** Owns the map of a reader and the sources of the reads under way. Knows nothing of the reader. */
export class Holdings implements Disposable {
  readonly map: MapSource;
  readonly #sources = new Set<EntrySource>();
  #open = true;

  constructor(map: MapSource) {
    this.map = map;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Throws CLOSED. */
  check(): void {
    if (!this.#open) throw closedError(this.map.label);
  }

  begin(options: EntryOptions): EntrySource {
    this.check();
    const source = this.map.entries(options);
    this.#sources.add(source);
    return source;
  }

  end(source: EntrySource): void {
    this.#sources.delete(source);
    source[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    for (const source of this.#sources) source[Symbol.dispose]();
    this.#sources.clear();
    this.map[Symbol.dispose]();
  }
}

/** Receives the report of a read when it has ended in whatever way. */
export type ReadObserver = (report: ReadReport, error: unknown) => void;

/** The parts of a read besides the map. */
export interface ReadParts {
  readonly reader?: object;
  /** Told how the read went, and where its seconds are added up. */
  readonly watch?: { readonly observe: ReadObserver; readonly spent: Spent };
  /** It is read by `nextSync` alone. */
  readonly isSync?: boolean;
}

/**
 * One read of a map: its batches, its deadline, and the error that it ends with where it doesn't reach the end of the
 * map. Ends by itself after the last batch and after an error.
 */
export class Read implements Disposable {
  readonly #holdings: Holdings;
  #source: EntrySource;
  readonly #observe: ReadObserver | undefined;
  readonly #timeout: number;
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;
  readonly #spent: Spent | undefined;
  /** Kept from being collected, and so from being closed, for as long as the read goes on. */
  reader: object | undefined;
  #ended = false;

  constructor(
    holdings: Holdings,
    { timeout = Number.POSITIVE_INFINITY, signal }: ReadOptions,
    { reader, watch, isSync = false }: ReadParts = {},
  ) {
    this.reader = reader;
    this.#holdings = holdings;
    this.#timeout = timeout;
    this.#deadline = performance.now() + timeout;
    this.#signal = signal;
    this.#observe = watch?.observe;
    this.#spent = watch?.spent;
    this.#source = holdings.begin({ ahead: !isSync });
  }

  /** Has batches read into the memory of whoever takes them, before the first one is asked for. */
  useMemory(memory: BatchMemory): void {
    this.check();
    this.#holdings.end(this.#source);
    this.#source = this.#holdings.begin({ ahead: true, memory });
  }

  /** So far; final once the read has ended. */
  get report(): ReadReport {
    return this.#source.report;
  }

  /** The entries so far that the map has: a walk may have met others. */
  get counted(): number {
    const { entries, skipped } = this.report;
    return entries - skipped;
  }

  /** Bytes of an entry in a batch, at least 1. */
  get entrySize(): number {
    const { keySize, valueStride } = this.#holdings.map.shape;
    return Math.max(1, keySize + valueStride);
  }

  /** True where `check` throws CLOSED or ABORTED; costs less than that. */
  get isStopped(): boolean {
    return !this.#holdings.isOpen || this.#signal?.aborted === true;
  }

  /** Throws CLOSED, ABORTED or TIMEOUT. */
  check(): void {
    this.#holdings.check();
    const { label } = this.#holdings.map;
    if (this.#signal?.aborted) throw abortedError(label, this.report, this.#signal.reason);
    if (performance.now() > this.#deadline) throw timeoutError(label, this.#timeout, this.report);
  }

  /** The next batch of a map that isn't read from a file, undefined at the end. Only for a read that `isSync`. */
  nextSync(): EntryBatch | undefined {
    return this.next() as EntryBatch | undefined;
  }

  /** The next batch, undefined at the end; at once where the source has it at once. */
  next(): EntryBatch | undefined | Promise<EntryBatch | undefined> {
    if (this.#ended) return undefined;
    this.check();
    const batch = this.#step();
    return batch instanceof Promise ? this.#awaited(batch) : this.#received(batch);
  }

  /** Adds seconds that a phase took outside of the read. */
  spend(phase: keyof Spent, seconds: number): void {
    if (this.#spent !== undefined) this.#spent[phase] += seconds;
  }

  /** Ends the read; `error` is what ended it before its time, if anything did. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.reader = undefined;
    this.#holdings.end(this.#source);
    this.#observe?.(this.report, error);
  }

  [Symbol.dispose](): void {
    this.end();
  }

  #step(): EntryBatch | undefined | Promise<EntryBatch | undefined> {
    return this.#spent === undefined ? this.#source.next() : timed(this.#spent, "read", () => this.#source.next());
  }

  /** A reader that is closed meanwhile takes the file away from under the read; that is what is told then. */
  async #awaited(batch: Promise<EntryBatch | undefined>): Promise<EntryBatch | undefined> {
    const from = performance.now();
    const [outcome] = await Promise.allSettled([batch]);
    if (this.#spent !== undefined) this.#spent.read += (performance.now() - from) / 1000;
    this.#holdings.check();
    if (outcome.status === "rejected") throw outcome.reason;
    return this.#received(outcome.value);
  }

  #received(batch: EntryBatch | undefined): EntryBatch | undefined {
    if (batch !== undefined) return batch;
    const { report } = this.#source;
    const error = readError(this.#holdings.map, report);
    if (error !== undefined) throw error;
    this.end();
    return undefined;
  }
}
