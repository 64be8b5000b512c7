import { EbpfMapError } from "../../errors.ts";
import type { CellOptions } from "../../output/rows/cells.ts";
import { type WatchColumn, watchColumns } from "../../output/watch/watch-columns.ts";
import { type ScreenSize, type ScreenState, screenLines } from "../../output/watch/watch-screen.ts";
import { leafColumns } from "../../query/fields/columns.ts";
import { type FollowKey, type Measure, measureName } from "../../query/follow/follow-order.ts";
import { RateHistory } from "../../query/follow/rate-history.ts";
import { emptyReasons } from "../../query/query.ts";
import type { Watcher } from "../../sdk/watch/watcher.ts";
import { mapTypeName } from "../../sys/map-types.ts";
import { nextInterval } from "../screen/intervals.ts";
import type { Key } from "../screen/keys.ts";
import { Prompt } from "../screen/prompt.ts";

/** The request of a key to the loop, besides redrawing the screen. */
export type KeyRequest = "quit" | "read" | "interval" | "nothing";

/** The most rows that any window shows. */
const MOST_ROWS = 1000;
/** The number of rates in a bar chart. */
const HISTORY = 40;

/** The view of a watched map on the screen, and its keys. */
export class WatchView {
  isPaused = false;
  skipped = 0;
  interval: number;
  message: string | undefined;
  time = "";
  readonly #watcher: Watcher;
  readonly #options: CellOptions;
  #filter: string | undefined;
  readonly #prompt = new Prompt(() => this.#names());
  #isPrompting = false;
  /** Names of the counters that have changed. */
  readonly #active = new Set<string>();
  #columns: readonly WatchColumn[] = [];
  /** The first rows in their order, whose rates are remembered, and those of them that are shown. */
  #first: readonly number[] = [];
  #rows: readonly number[] = [];
  #history: RateHistory | undefined;
  /** The sums of the rates of all rows. */
  #rates: (number | undefined)[] = [];

  constructor(watcher: Watcher, options: CellOptions, interval: number, filter: string | undefined) {
    this.#watcher = watcher;
    this.#options = options;
    this.interval = interval;
    this.#filter = filter;
  }

  /** Updates the view after a read. */
  update(time: string): void {
    const { follower } = this.#watcher;
    this.time = time;
    this.#takeRows();
    for (const counter of follower.counters) {
      if (this.#active.has(counter.name)) continue;
      for (let row = 0; row < follower.table.count; row++) {
        if (follower.change(row, counter) === 0 || follower.change(row, counter) === 0n) continue;
        this.#active.add(counter.name);
        break;
      }
    }
    const reasons = follower.reads === 1 ? emptyReasons(follower.query) : [];
    if (reasons.length > 0) this.message ??= ["the filter keeps nothing:", ...reasons].join("\n");
    this.#addRate();
    this.#columns = watchColumns(follower, this.#options, this.#active, this.#history);
  }

  lines(size: ScreenSize): string[] {
    return screenLines(this.#state(), this.#watcher.follower, this.#rows, this.#columns, size);
  }

  /** Handles a key. */
  async key(key: Key): Promise<KeyRequest> {
    if (this.#isPrompting) return await this.#edit(key);
    this.message = undefined;
    switch (key) {
      case "q":
      case "escape":
        return "quit";
      case "p":
        this.isPaused = !this.isPaused;
        return this.isPaused ? "nothing" : "read";
      case "s":
        return this.#sort(1);
      case "S":
        return this.#sort(-1);
      case "r":
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
    const { query } = this.#watcher.follower;
    return leafColumns({ entryTypes: query.entryTypes, cpu: query.shape.cpus > 0 }, { elements: 0 }).map(
      ({ name }) => name,
    );
  }

  /** Sorts by the next sortable column; numbers of the value in descending order. */
  #sort(step: 1 | -1): KeyRequest {
    const measures = this.#columns.flatMap(({ measure }) => (measure === undefined ? [] : [measure]));
    if (measures.length === 0) return "nothing";
    const [current] = this.#watcher.keys;
    const at = current === undefined ? -1 : measures.findIndex((one) => isSame(one, current.measure));
    const next = at < 0 && step < 0 ? measures.length - 1 : (at + step + measures.length) % measures.length;
    const measure = measures[next];
    if (measure === undefined) return "nothing";
    return this.#order([
      { measure, descending: measure.kind === "rate" || measure.kind === "delta" || isOfValue(measure) },
    ]);
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

  #takeRows(): void {
    this.#first = this.#watcher.rows(true, MOST_ROWS);
    this.#rows = this.#first.slice(0, this.#watcher.top);
  }

  #setInterval(interval: number | undefined): KeyRequest {
    if (interval === undefined) return "nothing";
    this.interval = interval;
    return "interval";
  }

  /** The rates of the counter that rows are ordered by, or else of the first one that has changed. */
  #addRate(): void {
    const { follower, keys } = this.#watcher;
    const measure = keys[0]?.measure;
    const path = measure?.kind === "field" ? measure.field.path : undefined;
    const sorted = measure?.kind === "rate" || measure?.kind === "delta" ? measure.counter.path : path;
    const active = follower.counters.filter(({ name }) => this.#active.has(name));
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
    const [first] = keys;
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
      sort: first && { title: measureName(first.measure), isDescending: first.descending },
      spark: this.#history && { title: this.#history.counter.name, rates: this.#rates },
      prompt: this.#isPrompting ? this.#prompt.text : undefined,
      message: this.#prompt.candidates.length > 0 ? this.#prompt.candidates.join("  ") : this.message,
    };
  }
}

function isSame(a: Measure, b: Measure): boolean {
  if (a.kind === "field") return b.kind === "field" && a.field.path === b.field.path;
  if (a.kind === "cpu") return b.kind === "cpu";
  return b.kind === a.kind && b.counter.path === a.counter.path;
}

function isOfValue(measure: Measure): boolean {
  return measure.kind === "field" && measure.field.side === "value";
}
