import type { EntryBatch, ReadReport } from "../../reader/entries.ts";
import type { Read } from "./read.ts";
import { YieldTimer } from "./yield-timer.ts";

/** Makes what an iteration gives out of entry `i`, or `undefined` for an entry that is to be passed over. */
export type Project<T> = (batch: EntryBatch, i: number) => T | undefined;

/** A run of what an iteration gives; `at` makes one of them, or `undefined` for one that is to be passed over. */
export interface Run<T> {
  readonly count: number;
  readonly at: (i: number) => T | undefined;
}

/** The source of an asynchronous iteration. */
export interface Feed<T> {
  readonly report: Readonly<ReadReport>;
  /** Bytes of an entry, at least 1. */
  readonly entrySize: number;
  /** Reasons why a condition kept nothing, once the feed has ended. */
  readonly hints: readonly string[];
  /**
   * The next run, undefined at the end, where the feed ends by itself. A run is valid until the next one is asked for.
   */
  next(): Run<T> | undefined | Promise<Run<T> | undefined>;
  /** True where `check` throws CLOSED or ABORTED. */
  readonly isStopped: boolean;
  /** Throws CLOSED, ABORTED or TIMEOUT. */
  check(): void;
  end(error?: unknown): void;
}

/** The entries of a read as they are. */
export function readFeed<T>(read: Read, project: Project<T>): Feed<T> {
  const runOf = (batch: EntryBatch | undefined): Run<T> | undefined =>
    batch && { count: batch.count, at: (i) => project(batch, i) };
  return {
    get report() {
      return read.report;
    },
    entrySize: read.entrySize,
    hints: [],
    next() {
      const batch = read.next();
      return batch instanceof Promise ? batch.then(runOf) : runOf(batch);
    },
    get isStopped() {
      return read.isStopped;
    },
    check: () => read.check(),
    end: (error) => read.end(error),
  };
}

/** Entries between two looks at the clock, and bytes of them: large entries yield long, one by one. */
const MOST_ENTRIES = 32;
const MOST_BYTES = 4096;

/**
 * An iteration of a map that is under way, for one `for await`. `report` says how the read goes, and how it went when
 * the iteration has ended. Between entries the event loop gets its turn every few milliseconds.
 *
 * The iteration ends after the last entry, or when the loop is left, which ends the read. It throws ABORTED after the
 * signal, TIMEOUT after the time limit, CLOSED after the reader is closed, INCOMPLETE if the map kept changing, and the
 * error of an entry that can't be read or decoded. After an error it is done.
 */
export class Entries<T> implements AsyncIterableIterator<T, undefined, undefined> {
  readonly #feed: Feed<T>;
  readonly #yieldTimer = new YieldTimer();
  readonly #lookEvery: number;
  #run: Run<T> | undefined;
  #next = 0;
  #count = 0;
  #isAtEnd = false;
  #busy: Promise<unknown> | undefined;

  /** @internal */
  constructor(feed: Feed<T>) {
    this.#feed = feed;
    this.#lookEvery = Math.max(1, Math.min(MOST_ENTRIES, Math.floor(MOST_BYTES / feed.entrySize)));
  }

  /** The report of the read so far; final when the iteration has ended. */
  get report(): Readonly<ReadReport> {
    return this.#feed.report;
  }

  /**
   * Reasons why a condition given as text kept nothing although there were entries, known at the end: a text compared
   * with a number, a value that no enumerator has. Empty where it kept something, or looks like no mistake.
   */
  get hints(): readonly string[] {
    return this.#feed.hints;
  }

  /** Resolves to all that is left, in memory that grows with it. Throws what `next` throws. */
  async toArray(): Promise<T[]> {
    const all: T[] = [];
    for await (const one of this) all.push(one);
    return all;
  }

  /** Resolves to the next one. Rejects with what reading throws; after that, and after the last one, it is done. */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#busy !== undefined) return this.#queue(() => this.#advance());
    const isLookedAt = this.#feed.isStopped || this.#isTimeToLook();
    if (isLookedAt || this.#run === undefined || this.#next >= this.#run.count) {
      return this.#queue(() => this.#advance());
    }
    try {
      const value = this.#run.at(this.#next++);
      return value === undefined ? this.#queue(() => this.#advance()) : Promise.resolve({ done: false, value });
    } catch (error) {
      this.#end(error);
      return Promise.reject(error);
    }
  }

  /** Ends the read, as leaving the loop does. Doing it again does nothing. */
  async return(): Promise<IteratorResult<T, undefined>> {
    await this.#busy?.catch(() => undefined);
    this.#end();
    return { done: true, value: undefined };
  }

  /** Returns this iteration itself: a second loop goes on where the first one stopped. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends the read, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #isTimeToLook(): boolean {
    this.#count += 1;
    return this.#count % this.#lookEvery === 0 && this.#yieldTimer.due;
  }

  /** One step after the other, also when a caller doesn't wait for them. */
  #queue(step: () => Promise<IteratorResult<T, undefined>>): Promise<IteratorResult<T, undefined>> {
    const run = this.#busy === undefined ? step() : this.#busy.then(step, step);
    this.#busy = run;
    const idle = (): void => {
      if (this.#busy === run) this.#busy = undefined;
    };
    run.then(idle, idle);
    return run;
  }

  async #advance(): Promise<IteratorResult<T, undefined>> {
    if (this.#isAtEnd) return { done: true, value: undefined };
    try {
      for (;;) {
        if (this.#yieldTimer.due) await this.#yieldTimer.yield();
        this.#feed.check();
        if (this.#run === undefined || this.#next >= this.#run.count) {
          const run = this.#feed.next();
          this.#run = run instanceof Promise ? await run : run;
          this.#next = 0;
          if (this.#run === undefined) {
            this.#isAtEnd = true;
            return { done: true, value: undefined };
          }
          if (this.#yieldTimer.due) continue;
        }
        const value = this.#run.at(this.#next++);
        if (value !== undefined) return { done: false, value };
      }
    } catch (error) {
      this.#end(error);
      throw error;
    }
  }

  #end(error?: unknown): void {
    this.#isAtEnd = true;
    this.#run = undefined;
    this.#feed.end(error);
  }
}

/**
 * An iteration of a map for a plain `for`, which has the thread until it ends. It ends, and throws, as `Entries` does;
 * the time limit is looked at between batches. Snapshots can't be read so (NOT_SYNC).
 */
export class SyncEntries<T> implements IterableIterator<T, undefined, undefined>, Disposable {
  readonly #read: Read;
  readonly #project: Project<T>;
  #batch: EntryBatch | undefined;
  #next = 0;
  #isAtEnd = false;

  /** @internal */
  constructor(read: Read, project: Project<T>) {
    this.#read = read;
    this.#project = project;
  }

  /** The report of the read so far; final when the iteration has ended. */
  get report(): Readonly<ReadReport> {
    return this.#read.report;
  }

  /** Returns the next one. Throws what reading throws; after that, and after the last one, it is done. */
  next(): IteratorResult<T, undefined> {
    if (this.#isAtEnd) return { done: true, value: undefined };
    try {
      for (;;) {
        if (this.#read.isStopped) this.#read.check();
        if (this.#batch === undefined || this.#next >= this.#batch.count) {
          this.#batch = this.#read.nextSync();
          this.#next = 0;
          if (this.#batch === undefined) {
            this.#isAtEnd = true;
            return { done: true, value: undefined };
          }
        }
        const value = this.#project(this.#batch, this.#next++);
        if (value !== undefined) return { done: false, value };
      }
    } catch (error) {
      this.#end(error);
      throw error;
    }
  }

  /** Ends the read, as leaving the loop does. Doing it again does nothing. */
  return(): IteratorResult<T, undefined> {
    this.#end();
    return { done: true, value: undefined };
  }

  /** Returns this iteration itself. */
  [Symbol.iterator](): this {
    return this;
  }

  /** Ends the read, for `using`. */
  [Symbol.dispose](): void {
    this.#end();
  }

  #end(error?: unknown): void {
    this.#isAtEnd = true;
    this.#batch = undefined;
    this.#read.end(error);
  }
}
