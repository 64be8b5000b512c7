import { EbpfMapError } from "../../errors.ts";
import type { RenderContext } from "../../output/render/renderer.ts";
import { unreadNote } from "../../output/rows/unread-note.ts";
import { visible } from "../../output/terminal/visible.ts";
import { ADDED, CHANGED, REMOVED, SAME } from "../../query/follow/follower.ts";
import { emptyReasons } from "../../query/query.ts";
import { type WatchedMap, Watcher, type WatchMoment, type WatchQuery } from "../../sdk/watch/watcher.ts";
import type { EntriesState, MapHead, Row, ShownEntries } from "./contract.ts";
import { mapHead } from "./map-head.ts";
import { RowIds } from "./row-ids.ts";
import { PageTable } from "./table.ts";

/** The most rows of a page, and about the most characters in them. */
export const MAX_ROWS = 10_000;
const MAX_CHARACTERS = 24 * 1024 * 1024;

/** The options for reading a map for a page. */
export interface PageMapOptions {
  readonly query: WatchQuery;
  readonly moment: WatchMoment;
  /** Name tables for renderers. */
  readonly around: RenderContext;
  /** The words that name the map in the command line. */
  readonly words: readonly string[];
}

/** The rows that differ from those of the read before. */
export interface Changes {
  /** New and changed ones. */
  readonly rows: readonly Row[];
  /** The numbers of those that are gone. */
  readonly removed: readonly number[];
}

/** A map that a page shows: its head, and its entries read after read. */
export class PageMap {
  readonly head: MapHead;
  readonly #watcher: Watcher;
  readonly #table: PageTable;
  readonly #ids: RowIds;
  #state: EntriesState = { kind: "empty" };

  private constructor(watcher: Watcher, table: PageTable, head: MapHead) {
    this.head = head;
    this.#watcher = watcher;
    this.#table = table;
    this.#ids = new RowIds(watcher.follower.query.shape.keySize);
  }

  /** Opens a map for a page; undefined if it is gone. Throws QUERY_INVALID. */
  static async open(watched: WatchedMap, options: PageMapOptions): Promise<PageMap | undefined> {
    const watcher = await Watcher.open(watched, options.query, options.moment);
    using map = await watched.open(true);
    if (watcher === undefined || map === undefined) return undefined;
    const table = new PageTable(watcher.follower, options.around);
    return new PageMap(watcher, table, mapHead(map, options.words, watcher.follower.query, table));
  }

  /** The state after the last read. */
  get state(): EntriesState {
    return this.#state;
  }

  /** The number of reads so far. */
  get reads(): number {
    return this.#watcher.follower.reads;
  }

  /** Reads the map. What keeps it from being read becomes its state. Throws Interrupted. */
  async read(): Promise<void> {
    try {
      this.#state = (await this.#watcher.read()) ? this.#found() : { kind: "gone", why: goneText(this.#watcher) };
    } catch (error) {
      if (!(error instanceof EbpfMapError)) throw error;
      this.#state = { kind: "unreadable", why: visible(error.message) };
    }
  }

  #found(): EntriesState {
    const { report, follower } = this.#watcher;
    if (report?.complete === false)
      return { kind: "partial", why: "the map changed while it was read, so entries may be missing" };
    return { kind: follower.present === 0 ? "empty" : "ok" };
  }

  /** All entries after the last read, in order, as many as a page has room for. */
  entries(): ShownEntries {
    const { follower } = this.#watcher;
    const rows: Row[] = [];
    let characters = 0;
    for (const index of this.#present()) {
      if (rows.length >= MAX_ROWS || characters > MAX_CHARACTERS) break;
      const row = this.#row(index);
      rows.push(row);
      for (const cell of row.cells) characters += cell.length;
    }
    return { ...this.facts(), rows, left: follower.present - rows.length + follower.unfollowed };
  }

  /** Describes the entries after the last read, without their rows. None is left out unless the page is cut. */
  facts(): Omit<ShownEntries, "rows"> {
    const { time, took } = this.#watcher;
    return { state: this.#state, time: time.toISOString(), left: 0, took, notes: this.#notes() };
  }

  /** Returns the changes of the last read. */
  changes(): Changes {
    const { follower } = this.#watcher;
    const rows: Row[] = [];
    const removed: number[] = [];
    for (let index = 0; index < follower.table.count; index++) {
      const state = follower.states[index];
      if (state === REMOVED) {
        const id = this.#ids.forget(follower.now(index));
        if (id !== undefined) removed.push(id);
      } else if (state !== SAME) rows.push(this.#row(index));
    }
    return { rows, removed };
  }

  /** True if there are more rows than a page has room for, so that their order decides which are shown. */
  get isCut(): boolean {
    const { follower } = this.#watcher;
    return follower.present > MAX_ROWS || follower.unfollowed > 0;
  }

  #present(): number[] {
    const { follower } = this.#watcher;
    const isThere = (index: number): boolean => follower.states[index] !== REMOVED;
    return this.#watcher.rows(true, MAX_ROWS + removedRows(follower.states, follower.table.count)).filter(isThere);
  }

  #row(index: number): Row {
    const { follower } = this.#watcher;
    const state = follower.states[index];
    const isNew = state === ADDED;
    return this.#table.row(index, this.#ids.of(follower.now(index)), state === CHANGED && !isNew);
  }

  #notes(): string[] {
    const { follower } = this.#watcher;
    const { query } = follower;
    const notes = emptyReasons(query).map(visible);
    if (query.counts.unread > 0) notes.push(unreadNote(query.counts.unread, "are left out").replace(/^\w+: /, ""));
    return notes;
  }
}

function removedRows(states: Uint8Array, count: number): number {
  let removed = 0;
  for (let index = 0; index < count; index++) if (states[index] === REMOVED) removed += 1;
  return removed;
}

function goneText({ watched }: Watcher): string {
  return visible(`${watched.label} is gone: it was removed, or what held it has ended`);
}
