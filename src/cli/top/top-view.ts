import { EbpfMapError } from "../../errors.ts";
import { isTroubled, type MeasuredMap } from "../../output/stats/stats.ts";
import { columnsFor, type StatsColumn } from "../../output/stats/stats-columns.ts";
import { STATS_FACTS } from "../../output/stats/stats-facts.ts";
import { byUrgency } from "../../output/stats/stats-order.ts";
import { type StatsQuery, type StatsSpec, statsQuery } from "../../output/stats/stats-query.ts";
import { type TopSize, type TopState, topLines } from "../../output/stats/top-screen.ts";
import { nextInterval } from "../screen/intervals.ts";
import type { Key } from "../screen/keys.ts";
import { Prompt } from "../screen/prompt.ts";
import { Scroller } from "../screen/scroller.ts";
import { SortChoice, sortChoices } from "../screen/sort-choice.ts";

/** The request that a key makes to the loop. */
export type TopRequest =
  | { readonly kind: "nothing" | "quit" | "back" | "measure" | "interval" | "help" }
  | { readonly kind: "watch" | "info" | "exact"; readonly id: number };

const NOTHING: TopRequest = { kind: "nothing" };

/** The order by one column. */
type ColumnOrder = NonNullable<TopState["sort"]>;

const BY_ID: ColumnOrder = { fact: "id", isDescending: false };

export interface TopViewOptions {
  readonly spec: StatsSpec;
  readonly interval: number;
  /** The per cent from which on a map is too full. */
  readonly threshold: number;
  /** The order without `--sort`. */
  readonly usual: "urgency" | "id";
}

/** The list of maps on the screen, and its keys. */
export class TopView {
  isPaused = false;
  interval: number;
  took = 0;
  time = "";
  message: string | undefined;
  readonly #options: TopViewOptions;
  readonly #scroller = new Scroller();
  readonly #prompt = new Prompt(() => STATS_FACTS.map(({ name }) => name));
  #isPrompting = false;
  readonly #choice = new SortChoice();
  #all: readonly MeasuredMap[] = [];
  #shown: readonly MeasuredMap[] = [];
  #where: StatsSpec["where"];
  #sort: ColumnOrder | undefined;
  #query: StatsQuery;
  /** Sorted by --sort, until a key chooses another order. */
  #isAsked: boolean;

  constructor(options: TopViewOptions) {
    this.#options = options;
    this.interval = options.interval;
    this.#where = options.spec.where;
    this.#isAsked = options.spec.sort !== undefined;
    this.#sort = this.#isAsked ? onlyColumn(options.spec.sort?.text) : options.usual === "id" ? BY_ID : undefined;
    this.#query = this.#compile();
  }

  /** The maps that are shown, in order. */
  get shown(): readonly MeasuredMap[] {
    return this.#shown;
  }

  /** Takes a new measurement. The selected map stays selected, wherever it goes. */
  update(all: readonly MeasuredMap[]): void {
    const selected = this.#shown[this.#scroller.row]?.info.id;
    this.#all = all;
    this.#shown = this.#query.apply(all);
    const row = this.#shown.findIndex(({ info }) => info.id === selected);
    // On the first line one wants to see what is worst, whichever map that is.
    if (row >= 0 && this.#scroller.row > 0) this.#scroller.row = row;
  }

  /** Puts the measurement of one map in the place of the one before. */
  replace(stats: MeasuredMap): void {
    this.update(this.#all.map((one) => (one.info.id === stats.info.id ? { ...stats, ...growthOf(one) } : one)));
  }

  lines(size: TopSize): string[] {
    const { threshold } = this.#options;
    const asked = this.#isAsked ? this.#options.spec.sort?.text : undefined;
    const candidates = this.#prompt.candidates;
    return topLines(
      {
        maps: this.#shown,
        total: this.#all.length,
        troubled: this.#all.filter((stats) => isTroubled(stats, threshold)).length,
        fit: (room) => {
          this.#scroller.fit(this.#shown.length, room);
          return this.#scroller;
        },
        time: this.time,
        interval: this.interval,
        took: this.took,
        isPaused: this.isPaused,
        sort: this.#sort,
        order: asked ?? this.#sort?.fact,
        filter: this.#where?.text,
        threshold,
        prompt: this.#isPrompting ? this.#prompt.text : undefined,
        choices: this.#choice.isOpen
          ? sortChoices(
              "fullest first",
              this.#columns().map(({ title }) => title),
            )
          : undefined,
        message: candidates.length > 0 ? candidates.join("  ") : this.message,
      },
      size,
    );
  }

  key(key: Key): TopRequest {
    if (this.#isPrompting) return this.#edit(key);
    if (this.#choice.isOpen) return this.#choose(key);
    this.message = undefined;
    if (this.#scroller.key(key)) return NOTHING;
    const selected = this.#shown[this.#scroller.row];
    switch (key) {
      case "q":
        return { kind: "quit" };
      case "escape":
        return { kind: "back" };
      case "?":
      case "h":
        return { kind: "help" };
      case "p":
        this.isPaused = !this.isPaused;
        return this.isPaused ? NOTHING : { kind: "measure" };
      case "s":
        this.#choice.open();
        return NOTHING;
      case ">":
        return this.#nextSort(1);
      case "<":
        return this.#nextSort(-1);
      case "r":
      case "S":
        return this.#reverse();
      case "/":
        this.#isPrompting = true;
        this.#prompt.open(this.#where?.text ?? "");
        return NOTHING;
      case "+":
      case "=":
        return this.#setInterval(1);
      case "-":
        return this.#setInterval(-1);
      case "enter":
        return selected === undefined ? NOTHING : { kind: "watch", id: selected.info.id };
      case "i":
        return selected === undefined ? NOTHING : { kind: "info", id: selected.info.id };
      case "e":
        return selected === undefined ? NOTHING : { kind: "exact", id: selected.info.id };
    }
    return NOTHING;
  }

  #edit(key: Key): TopRequest {
    this.message = undefined;
    const edited = this.#prompt.key(key);
    if (edited === "dropped") this.#isPrompting = false;
    if (edited !== "entered") return NOTHING;
    const text = this.#prompt.text.trim();
    const before = this.#where;
    try {
      this.#where = text === "" ? undefined : { option: "filter", text };
      this.#query = this.#compile();
      this.#isPrompting = false;
      this.update(this.#all);
    } catch (error) {
      if (!(error instanceof EbpfMapError) || error.code !== "QUERY_INVALID") throw error;
      // A wrong filter stays in the prompt, with the reason below it.
      this.#where = before;
      this.message = error.message;
    }
    return NOTHING;
  }

  /** The columns that maps can be sorted by. */
  #columns(): readonly StatsColumn[] {
    return columnsFor(this.#all, false);
  }

  /** Sorts by the column of a key, or if that is the order already, in reverse. */
  #choose(key: Key): TopRequest {
    const columns = this.#columns();
    const chosen = this.#choice.key(key, columns.length);
    if (chosen === undefined) return NOTHING;
    const fact = chosen === "usual" ? undefined : columns[chosen]?.fact;
    return fact !== undefined && fact === this.#sort?.fact ? this.#reverse() : this.#sortBy(fact);
  }

  /** Sorts by the next column; behind the last one comes the usual order. */
  #nextSort(step: 1 | -1): TopRequest {
    const facts = this.#columns().map(({ fact }) => fact);
    const at = this.#sort === undefined ? -1 : facts.indexOf(this.#sort.fact);
    return this.#sortBy(facts[((at + 1 + step + facts.length + 1) % (facts.length + 1)) - 1]);
  }

  /** Sorts by a column, numbers with the largest first; undefined for the usual order. */
  #sortBy(fact: string | undefined): TopRequest {
    const isText = STATS_FACTS.find(({ name }) => name === fact)?.kind === "text";
    this.#order(
      fact === undefined ? undefined : { fact, isDescending: !isText && fact !== "id" && fact !== "full_in" },
    );
    return NOTHING;
  }

  #reverse(): TopRequest {
    if (this.#sort !== undefined) this.#order({ ...this.#sort, isDescending: !this.#sort.isDescending });
    return NOTHING;
  }

  #order(sort: ColumnOrder | undefined): void {
    this.#sort = sort;
    this.#isAsked = false;
    this.#query = this.#compile();
    this.update(this.#all);
  }

  #compile(): StatsQuery {
    const { spec, threshold } = this.#options;
    const sort = this.#sort;
    const text = sort && `${sort.fact}${sort.isDescending ? ":desc" : ""}`;
    const query = statsQuery(
      {
        ...spec,
        where: this.#where,
        sort: this.#isAsked ? spec.sort : text === undefined ? undefined : { option: "sort", text },
        top: undefined,
      },
      byUrgency(threshold),
    );
    // Maps in trouble stay on top in any order.
    const isUrgent = (stats: MeasuredMap): boolean => isTroubled(stats, threshold);
    const apply = (all: readonly MeasuredMap[]): readonly MeasuredMap[] => {
      const ordered = query.apply(all);
      const first = [...ordered.filter(isUrgent), ...ordered.filter((stats) => !isUrgent(stats))];
      return first.slice(0, spec.top);
    };
    return { names: query.names, apply };
  }

  #setInterval(step: 1 | -1): TopRequest {
    const interval = nextInterval(this.interval, step);
    if (interval === undefined) return NOTHING;
    this.interval = interval;
    return { kind: "interval" };
  }
}

function growthOf({ growth }: MeasuredMap): Pick<MeasuredMap, "growth"> {
  return growth === undefined ? {} : { growth };
}

/** Returns the order that the text of `--sort` asks for if it names one column. */
function onlyColumn(text: string | undefined): ColumnOrder | undefined {
  const [, fact, direction] = /^\s*(\w+)(:\w+)?\s*$/.exec(text ?? "") ?? [];
  return fact === undefined ? undefined : { fact, isDescending: direction === ":desc" };
}
