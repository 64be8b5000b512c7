import { EbpfMapError } from "../../errors.ts";
import type { CellOptions } from "../../output/rows/cells.ts";
import { entryLines, keyOfRow } from "../../output/watch/entry-page.ts";
import { type WatchColumn, watchColumns } from "../../output/watch/watch-columns.ts";
import { type ScreenSize, type ScreenState, screenLines } from "../../output/watch/watch-screen.ts";
import { leafColumns } from "../../query/fields/columns.ts";
import type { Counter } from "../../query/follow/counters.ts";
import { type FollowKey, type Measure, measureName } from "../../query/follow/follow-order.ts";
import { type Follower, REMOVED, SAME } from "../../query/follow/follower.ts";
import { Gauges } from "../../query/follow/gauges.ts";
import { RateHistory } from "../../query/follow/rate-history.ts";
import { emptyReasons } from "../../query/query.ts";
import type { Watcher } from "../../sdk/watch/watcher.ts";
import { mapTypeName } from "../../sys/map-types.ts";
import { nextInterval } from "../screen/intervals.ts";
import type { Key } from "../screen/keys.ts";
import { Prompt } from "../screen/prompt.ts";
import { Scroller } from "../screen/scroller.ts";
import { SortChoice, sortChoices } from "../screen/sort-choice.ts";
import { type KeyWriting, lookupCommand } from "./lookup-command.ts";

/** The request of a key to the loop, besides redrawing the screen. */
export type KeyRequest = "quit" | "read" | "interval" | "help" | "entry" | "copy" | "nothing";

/** The rows that are put in order behind those on the screen; all of them where that is far down. */
const ROWS_AHEAD = 1000;
/** Up to so many rows, the first ones of an order are found without sorting all. */
const SORTED_IN_PART = 5000;
/** The number of rates in a bar chart. */
const HISTORY = 40;

export interface WatchViewOptions {
  readonly cells: CellOptions;
  readonly interval: number;
  readonly filter: string | undefined;
  /** Entries are shown once they have changed. */
  readonly changesOnly: boolean;
}

/** The view of a watched map on the screen, and its keys. */
export class WatchView {
  isPaused = false;
  skipped = 0;
  interval: number;
  message: string | undefined;
  time = "";
  /** The notation of keys; undefined where they are given as bytes. */
  writing: KeyWriting | undefined;
  readonly #watcher: Watcher;
  readonly #options: CellOptions;
  readonly #changesOnly: boolean;
  #filter: string | undefined;
  readonly #prompt = new Prompt(() => this.#names());
  #isPrompting = false;
  readonly #choice = new SortChoice();
  readonly #scroller = new Scroller();
  /** Rows are in the usual order: what changed last and fastest first. */
  #isUsual: boolean;
  #lastChange = 0;
  /** Names of the counters that have changed. */
  readonly #active = new Set<string>();
  readonly #gauges = new Gauges();
  #columns: readonly WatchColumn[] = [];
  /** The first rows in their order, whose rates are remembered, and those of them that are shown. */
  #first: readonly number[] = [];
  #count = 0;
  #rows: readonly number[] = [];
  #history: RateHistory | undefined;
  /** The sums of the rates of all rows. */
  #rates: (number | undefined)[] = [];

  constructor(watcher: Watcher, { cells, interval, filter, changesOnly }: WatchViewOptions) {
    this.#watcher = watcher;
    this.#options = cells;
    this.interval = interval;
    this.#filter = filter;
    this.#changesOnly = changesOnly;
    this.#isUsual = watcher.keys.length === 0;
  }

  /** Updates the view after a read. */
  update(time: string): void {
    const { follower } = this.#watcher;
    this.time = time;
    for (const counter of follower.counters) {
      if (this.#active.has(counter.name)) continue;
      for (let row = 0; row < follower.table.count; row++) {
        if (follower.change(row, counter) === 0 || follower.change(row, counter) === 0n) continue;
        this.#active.add(counter.name);
        break;
      }
    }
    if (follower.states.subarray(0, follower.table.count).some((state) => state !== SAME))
      this.#lastChange = follower.reads;
    if (this.#isUsual) this.#watcher.order(usualOrder(this.#telling()));
    const selected = this.#selected;
    this.#takeRows();
    this.#select(selected);
    const reasons = follower.reads === 1 ? emptyReasons(follower.query) : [];
    if (reasons.length > 0) this.message ??= ["the filter keeps nothing:", ...reasons].join("\n");
    this.#addRate();
    this.#gauges.look(follower, this.#first);
    this.#columns = watchColumns(follower, this.#options, this.#active, {
      history: this.#history,
      gauges: this.#gauges,
    });
  }

  lines(size: ScreenSize): string[] {
    const { keys, follower } = this.#watcher;
    const sorted = keys.map(({ measure }) => measure);
    // The column by which rows are sorted is never left out.
    const columns = this.#columns.map((one) =>
      one.measure !== undefined && sorted.some((by) => isSame(by, one.measure)) ? { ...one, rank: 0 } : one,
    );
    return screenLines(this.#state(), follower, this.#rows, columns, size);
  }

  /** Handles a key. */
  async key(key: Key): Promise<KeyRequest> {
    if (this.#isPrompting) return await this.#edit(key);
    if (this.#choice.isOpen) return this.#choose(key);
    this.message = undefined;
    if (this.#scroller.key(key)) {
      this.#takeRows();
      return "nothing";
    }
    switch (key) {
      case "?":
      case "h":
        return "help";
      case "enter":
        return this.#selected === undefined ? "nothing" : "entry";
      case "c":
        return this.#selected === undefined ? "nothing" : "copy";
      case "q":
      case "escape":
        return "quit";
      case "p":
        this.isPaused = !this.isPaused;
        return this.isPaused ? "nothing" : "read";
      case "s":
        this.#choice.open();
        return "nothing";
      case ">":
        return this.#nextSort(1);
      case "<":
        return this.#nextSort(-1);
      case "r":
      case "S":
        return this.#reverse();
      case "/":
        this.#isPrompting = true;
        this.#prompt.open(this.#filter ?? "");
        return "nothing";
      case "+":
      case "=":
        return this.#setInterval(nextInterval(this.interval, 1));
      case "-":
        return this.#setInterval(nextInterval(this.interval, -1));
      default:
        return "nothing";
    }
  }

  /** The selected entry, whole. */
  get entry(): readonly string[] {
    const row = this.#selected;
    return row === undefined ? [] : entryLines(this.#watcher.follower, row, this.#options);
  }

  /** Returns the command that looks up the selected entry, which is shown, too; undefined where there is none. */
  lookup(): string | undefined {
    const { follower, watched } = this.#watcher;
    const row = this.#selected;
    const key = row === undefined || watched.origin !== undefined ? undefined : keyOfRow(follower, row);
    const command = key && lookupCommand(`id ${watched.info.id}`, key, this.writing, this.#options);
    this.message = command ?? "only entries of live maps with keys can be looked up by a command";
    return command;
  }

  get #selected(): number | undefined {
    return this.#rows[this.#scroller.row];
  }

  async #edit(key: Key): Promise<KeyRequest> {
    this.message = undefined;
    const edited = this.#prompt.key(key);
    if (edited === "dropped") this.#isPrompting = false;
    return edited === "entered" ? await this.#applyFilter(this.#prompt.text.trim()) : "nothing";
  }

  /** Applies a filter. A wrong one stays in the prompt, with the reason below it. */
  async #applyFilter(text: string): Promise<KeyRequest> {
    try {
      const isThere = await this.#watcher.filter(text === "" ? undefined : { option: "filter", text });
      this.#filter = text === "" ? undefined : text;
      this.#isPrompting = false;
      this.message = undefined;
      this.#rates = [];
      this.#history = undefined;
      this.#rows = [];
      return isThere ? "read" : "nothing";
    } catch (error) {
      if (!(error instanceof EbpfMapError) || error.code !== "QUERY_INVALID") throw error;
      this.message = error.message;
      return "nothing";
    }
  }

  /** The paths of the fields, for the prompt. */
  #names(): string[] {
    const { entryTypes, shape, grouping } = this.#watcher.follower.query;
    const scope = { entryTypes: grouping?.entryTypes ?? entryTypes, cpu: shape.cpus > 0 };
    return leafColumns(scope, { elements: 0 }).map(({ name }) => name);
  }

  /** The columns that rows can be sorted by. */
  #sortable(): readonly SortableColumn[] {
    return this.#columns.flatMap((one) => (one.measure === undefined ? [] : [{ ...one, measure: one.measure }]));
  }

  /** Sorts by the column of a key, or if that is the order already, in reverse. */
  #choose(key: Key): KeyRequest {
    const columns = this.#sortable();
    const chosen = this.#choice.key(key, columns.length);
    if (chosen === undefined) return "nothing";
    const measure = chosen === "usual" ? undefined : columns[chosen]?.measure;
    const [current] = this.#watcher.keys;
    const isSorted = !this.#isUsual && current !== undefined && isSame(current.measure, measure);
    return isSorted ? this.#reverse() : this.#sortBy(measure);
  }

  /** Sorts by the next sortable column; behind the last one comes the usual order. */
  #nextSort(step: 1 | -1): KeyRequest {
    const measures = this.#sortable().map(({ measure }) => measure);
    const [current] = this.#watcher.keys;
    const at = current === undefined || this.#isUsual ? -1 : measures.findIndex((one) => isSame(current.measure, one));
    const count = measures.length + 1;
    return this.#sortBy(measures[((at + 1 + step + count) % count) - 1]);
  }

  /** Sorts by a column, numbers of the value with the largest first; undefined for the usual order. */
  #sortBy(measure: Measure | undefined): KeyRequest {
    this.#isUsual = measure === undefined;
    if (measure === undefined) return this.#order(usualOrder(this.#telling()));
    const descending = measure.kind === "rate" || measure.kind === "delta" || isOfValue(measure);
    return this.#order([{ measure, descending }]);
  }

  #reverse(): KeyRequest {
    const [first, ...others] = this.#watcher.keys;
    return first === undefined ? "nothing" : this.#order([{ ...first, descending: !first.descending }, ...others]);
  }

  #order(keys: readonly FollowKey[]): KeyRequest {
    this.#watcher.order(keys);
    this.#takeRows();
    return "nothing";
  }

  /**
   * Keeps an entry selected, wherever it went. On the first line one wants to see what is first, whichever entry that
   * is.
   */
  #select(entry: number | undefined): void {
    const row = entry === undefined ? -1 : this.#rows.indexOf(entry);
    if (row >= 0 && this.#scroller.row > 0) this.#scroller.row = row;
  }

  #takeRows(): void {
    const { follower, top = Number.POSITIVE_INFINITY } = this.#watcher;
    const wanted = this.#scroller.row + ROWS_AHEAD;
    const isWhole = this.#changesOnly || wanted > SORTED_IN_PART;
    const ordered = this.#watcher.rows(true, isWhole ? Number.POSITIVE_INFINITY : wanted);
    const rows = this.#changesOnly ? ordered.filter((row) => hasChanged(follower, row)) : ordered;
    this.#first = rows.slice(0, Math.max(ROWS_AHEAD, wanted));
    this.#rows = rows.slice(0, top);
    this.#count = Math.min(this.#changesOnly ? rows.length : follower.table.count, top);
  }

  /** The counter by whose rate rows are ordered: one that is named like a counter and changes. */
  #telling(): Counter | undefined {
    return this.#rising()[0];
  }

  /** The counters that have changed, without those that go up and down. */
  #rising(): Counter[] {
    const { counters } = this.#watcher.follower;
    return counters.filter((one) => one.countsUp && this.#active.has(one.name) && !this.#gauges.has(one));
  }

  #setInterval(interval: number | undefined): KeyRequest {
    if (interval === undefined) return "nothing";
    this.interval = interval;
    return "interval";
  }

  /** The rates of the counter that rows are ordered by, or else of the first one that has changed. */
  #addRate(): void {
    const { follower, keys } = this.#watcher;
    const measure = keys.find(({ measure: { kind } }) => kind !== "changed")?.measure;
    const path = measure?.kind === "field" ? measure.field.path : undefined;
    const sorted = measure?.kind === "rate" || measure?.kind === "delta" ? measure.counter.path : path;
    const active = this.#rising();
    const counter = active.find((one) => one.path === sorted) ?? active[0];
    if (counter?.path !== this.#history?.counter.path) {
      this.#rates = [];
      this.#history = counter && new RateHistory(counter, follower);
    }
    if (counter === undefined) return;
    this.#history?.update(this.#first);
    let sum = 0;
    for (let row = 0; row < follower.table.count; row++) sum += follower.rate(row, counter) ?? 0;
    this.#rates = [...this.#rates, follower.seconds === 0 ? undefined : sum].slice(-HISTORY);
  }

  #state(): ScreenState {
    const { watched, report, took, keys } = this.#watcher;
    const [first] = this.#isUsual && keys.length > 1 ? keys.slice(1) : keys;
    const { follower } = this.#watcher;
    const stillReads = follower.reads - this.#lastChange;
    return {
      label: watched.label,
      type: mapTypeName(watched.info.type) ?? `type ${watched.info.type}`,
      maxEntries: watched.info.maxEntries,
      mode: report?.mode ?? "no",
      isComplete: report?.complete ?? true,
      took,
      interval: this.interval,
      isPaused: this.isPaused,
      skipped: this.skipped,
      time: this.time,
      followed: this.#watcher.followed,
      filter: this.#filter,
      changesOnly: this.#changesOnly,
      sort: first && { title: measureName(first.measure), isDescending: first.descending },
      spark: this.#history && { title: this.#history.counter.name, rates: this.#rates },
      first: () => this.#scroller.first,
      fit: (room) => {
        this.#scroller.fit(this.#count, room);
        return this.#scroller;
      },
      quiet: follower.reads > 2 && stillReads > 1 ? stillReads * this.interval : undefined,
      prompt: this.#isPrompting ? this.#prompt.text : undefined,
      choices: this.#choice.isOpen
        ? sortChoices(
            "changed last, fastest first",
            this.#sortable().map(({ title, name = title }) => name),
          )
        : undefined,
      message: this.#prompt.candidates.length > 0 ? this.#prompt.candidates.join("  ") : this.message,
    };
  }
}

/** A column with an order. */
type SortableColumn = WatchColumn & { readonly measure: Measure };

/** The order without --sort: what changed last, of that what changes fastest. */
function usualOrder(counter: Counter | undefined): FollowKey[] {
  const changed: FollowKey = { measure: { kind: "changed" }, descending: true };
  return counter === undefined ? [changed] : [changed, { measure: { kind: "rate", counter }, descending: true }];
}

/** Tells whether a row is not as the first read found it. */
function hasChanged({ changedAt, states }: Follower, row: number): boolean {
  return (changedAt[row] ?? 0) > 0 || states[row] === REMOVED;
}

function isSame(a: Measure, b: Measure | undefined): boolean {
  return b !== undefined && a.kind === b.kind && measureName(a) === measureName(b);
}

function isOfValue(measure: Measure): boolean {
  return measure.kind === "field" && measure.field.side === "value";
}
