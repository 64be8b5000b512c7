import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { originNotes } from "../../output/columns/origin-notes.ts";
import { HistoryFile } from "../../output/columns/parquet/history-file.ts";
import { readQuery } from "../../output/rows/read-query.ts";
import { unreadNote } from "../../output/rows/unread-note.ts";
import type { Query } from "../../query/query.ts";
import type { ReadReport } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { Interrupted, interruptibleMap, Turns } from "../../sdk/machine/interruptible.ts";
import { renderContext } from "../../sdk/machine/render-context.ts";
import { bootId, tableOrigin } from "../../sdk/machine/table-origin.ts";
import { type Schedule, ticks } from "../../sdk/watch/ticker.ts";
import type { WatchedMap } from "../../sdk/watch/watcher.ts";
import { fileError } from "../../snapshot/file-error.ts";
import { NewFile } from "../../snapshot/write/new-file.ts";
import { packageVersion } from "../package/package-files.ts";
import { openQuery, type RowQuery, warnIfEmpty } from "../rows/open-query.ts";
import type { ValueStyle } from "../rows/row-style.ts";
import { ThrottledNotes } from "../session/throttled-notes.ts";
import { partitionPath } from "./partition-path.ts";

/** The folder of the files of a history, and the milliseconds for which each is added to. */
export interface HistoryPlan {
  readonly dir: string;
  readonly rotate: number;
  readonly host: string;
  readonly warn: (line: string) => void;
}

export interface History extends HistoryPlan {
  readonly watched: WatchedMap;
  readonly query: RowQuery;
  readonly values: ValueStyle;
  /** Called after each read that found entries which the query keeps. */
  readonly onKept: () => void;
}

/** A file that reads are added to. */
interface OpenFile {
  readonly file: NewFile;
  readonly rows: HistoryFile;
  /** The moment from which on reads go into another file. */
  readonly until: number;
  readonly date: string;
}

/**
 * Reads a map by a schedule and adds what is read to Parquet files, until the map is gone or a signal comes. A file has
 * its name when it is complete; one without a whole read is not kept. A read that a signal ends is not in it.
 */
export async function keepHistory(
  history: History,
  schedule: Schedule,
): Promise<"gone" | { readonly status: undefined }> {
  const keeper = new HistoryKeeper(history, schedule);
  try {
    for await (const _ of ticks(schedule)) {
      if (!(await keeper.read())) return "gone";
    }
    return { status: undefined };
  } catch (error) {
    if (error instanceof Interrupted) return { status: undefined };
    throw error;
  } finally {
    await keeper.close();
  }
}

class HistoryKeeper {
  readonly #history: History;
  readonly #schedule: Schedule;
  readonly #notes: ThrottledNotes;
  readonly #bootId: string = bootId();
  #query: Query | undefined;
  #open: OpenFile | undefined;

  constructor(history: History, schedule: Schedule) {
    this.#history = history;
    this.#schedule = schedule;
    this.#notes = new ThrottledNotes({ clock: schedule.clock, warn: history.warn });
  }

  /** Reads the map once; false if it is gone. */
  async read(): Promise<boolean> {
    const { watched, values, query, warn, onKept } = this.#history;
    let complete = false;
    const { clock, signal } = this.#schedule;
    using map = await watched.open(this.#query === undefined);
    if (map === undefined) return false;
    this.#query ??= await openQuery(map, query);
    const compiled = this.#query;
    const { now } = values.now();
    const { rows } = await this.#fileFor(map, compiled, now);
    const isFirst = rows.reads === 0;
    await rows.add(now, async (writer) => {
      const source = interruptibleMap(map, new Turns(() => signal.aborted, clock));
      const done = (_: MapSource, report: ReadReport): void => {
        complete = report.complete;
      };
      await readQuery(source, compiled, writer, { done });
      return { complete };
    });
    if (!complete) this.#noteGaps();
    const { unread, kept } = compiled.counts;
    if (kept > 0) onKept();
    if (unread > 0) this.#notes.print("unread", () => unreadNote(unread, "are left out", watched.label));
    if (isFirst) warnIfEmpty(compiled, warn, watched.label);
    return true;
  }

  /** Completes the file that is open. */
  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    if (open.rows.reads === 0) return await open.file.discard();
    try {
      open.rows.end();
      await open.file.commit();
    } catch (error) {
      await open.file.discard();
      throw error;
    }
  }

  #noteGaps(): void {
    const { label } = this.#history.watched;
    this.#notes.print("gaps", () => `Warning: ${label} changed while it was read: entries may be missing`);
  }

  /** The file for a read that begins now: another one after some time, and for another day. */
  async #fileFor(map: MapSource, query: Query, now: Date): Promise<OpenFile> {
    const date = now.toISOString().slice(0, 10);
    const { clock } = this.#schedule;
    if (this.#open !== undefined && (clock() >= this.#open.until || this.#open.date !== date)) await this.close();
    this.#open ??= await this.#begin(map, query, now);
    return this.#open;
  }

  async #begin(map: MapSource, query: Query, now: Date): Promise<OpenFile> {
    const { dir, rotate, host, values, warn } = this.#history;
    const boot = map.origin === undefined ? this.#bootId : "";
    const path = join(dir, partitionPath({ host, map: map.info.name, id: map.info.id, bootId: boot, now }));
    await newFolder(dirname(path));
    const file = await NewFile.create(path, false, "write");
    const origin = { ...tableOrigin(map, values.now, packageVersion()), host };
    const fill = { enums: values.json.enums, shown: values.shown, around: renderContext(values.now, map.origin) };
    const options = { fill, notes: originNotes(origin), warn };
    const rows = new HistoryFile(query, { host, bootId: boot }, options, (bytes) => file.writeNow(bytes));
    return { file, rows, until: this.#schedule.clock() + rotate, date: now.toISOString().slice(0, 10) };
  }
}

async function newFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileError("make folder", path, error);
  }
}
