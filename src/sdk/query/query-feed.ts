import type { RowRun } from "../../query/rows/rows.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { inOptions } from "../in-options.ts";
import type { Feed, Run } from "../reader/entries.ts";
import type { Read } from "../reader/read.ts";
import type { Queried, ReaderQuery } from "./compile.ts";
import type { AnyQuery } from "./query-options.ts";
import { ReadSource } from "./read-source.ts";

/** A query that is running. */
interface Running extends ReaderQuery {
  readonly source: ReadSource;
  readonly rows: AsyncGenerator<RowRun>;
}

/**
 * The rows of a query. It is compiled when the first row is asked for, and only then is the language of conditions
 * loaded. A read that a limit ended is complete: nothing that was asked for is missing.
 */
export class QueryFeed<T> implements Feed<T> {
  readonly entrySize: number;
  #hints: readonly string[] = [];
  readonly #read: Read;
  readonly #queried: Queried;
  readonly #options: AnyQuery;
  #running: Running | undefined;
  #isCut = false;

  constructor(read: Read, queried: Queried, options: AnyQuery) {
    this.entrySize = read.entrySize;
    this.#read = read;
    this.#queried = queried;
    this.#options = options;
  }

  get report(): Feed<T>["report"] {
    return this.#isCut ? { ...this.#read.report, complete: true } : this.#read.report;
  }

  get hints(): readonly string[] {
    return this.#hints;
  }

  async next(): Promise<Run<T> | undefined> {
    this.#running ??= await start(this.#read, this.#queried.map, this.#queried, this.#options);
    const { rows, source, project, hints } = this.#running;
    const { done, value } = await rows.next().catch(rethrow);
    if (!done) return { count: value.count, at: (row) => project(value, row) as T | undefined };
    this.#isCut = !source.isAtEnd;
    this.#hints = hints();
    this.#read.end();
    return undefined;
  }

  get isStopped(): boolean {
    return this.#read.isStopped;
  }

  check(): void {
    this.#read.check();
  }

  end(error?: unknown): void {
    this.#read.end(error);
    void this.#running?.rows.return(undefined);
  }
}

function rethrow(error: unknown): never {
  throw inOptions(error);
}

async function start(read: Read, map: MapSource, queried: Queried, options: AnyQuery): Promise<Running> {
  const { compileReaderQuery, readerQuery } = await import("./compile.ts");
  const query = readerQuery(queried, compileReaderQuery(queried, options), options);
  const source = new ReadSource(read, map, query.keep);
  return { ...query, source, rows: query.query.run(source) };
}

/** Counts the rows of a query without making any of them. */
export async function countRuns(feed: QueryFeed<unknown>): Promise<number> {
  try {
    let count = 0;
    for (let run = await feed.next(); run !== undefined; run = await feed.next()) count += run.count;
    return count;
  } catch (error) {
    feed.end(error);
    throw error;
  }
}
