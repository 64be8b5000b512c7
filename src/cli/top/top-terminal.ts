import { GrowthMeter } from "../../output/stats/growth.ts";
import type { MeasuredMap } from "../../output/stats/stats.ts";
import { Interrupted, Turns } from "../../sdk/machine/interruptible.ts";
import { Stamps } from "../../sdk/watch/stamps.ts";
import { nextTick } from "../../sdk/watch/ticker.ts";
import { keyLines, SCREEN_KEYS } from "../args/help/screen-keys.ts";
import { EXIT_BY_SIGNAL } from "../result/exit-codes.ts";
import { IDLE_MS, showPage } from "../screen/page.ts";
import { Terminal } from "../screen/terminal.ts";
import type { Stream } from "../session/context.ts";
import type { MapsMeasurer } from "../watch/measure-maps.ts";
import type { ReadPlan } from "../watch/read-plan.ts";
import type { TopRequest, TopView } from "./top-view.ts";

/** The pages behind the list. Each returns where it was left by an end of the program. */
export interface TopPages {
  /** Watches a map's entries; an exit status ends the program, undefined goes back to the list. */
  readonly watch: (id: number, terminal: Terminal) => Promise<number | undefined>;
  /** Returns the lines about a map; undefined if it is gone. */
  readonly info: (id: number) => Promise<readonly string[] | undefined>;
}

export interface TopRun {
  readonly measurer: MapsMeasurer;
  readonly view: TopView;
  readonly pages: TopPages;
  readonly stdout: Stream;
  readonly color: boolean;
  readonly clock: () => number;
  readonly now: () => Date;
  /** Shows the screen's notes on stderr at the end: there is no place for them while it is there. */
  readonly setNote: (note: ((line: string) => void) | undefined) => void;
}

/** The time for which a note is seen: what concerns one map is on the page of that map, too. */
const NOTE_MS = 10_000;

/** The end: the last maps that were shown, and the exit status; undefined for that of a signal. */
export interface EndedTop {
  readonly last: readonly MeasuredMap[];
  readonly status: number | undefined;
}

/** Shows maps until a key, the plan or the signal ends it. */
export async function showTop(run: TopRun, plan: ReadPlan, signal: AbortSignal): Promise<EndedTop> {
  using terminal = new Terminal(run.stdout);
  const loop = new TopLoop(run, terminal, signal);
  try {
    const status = await loop.run(plan);
    return { last: run.view.shown, status };
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return { last: run.view.shown, status: signal.aborted ? undefined : loop.stoppedBy };
  }
}

class TopLoop {
  readonly #run: TopRun;
  readonly #terminal: Terminal;
  readonly #signal: AbortSignal;
  readonly #growth = new GrowthMeter();
  readonly #stamps: Stamps;
  #note: { readonly line: string; readonly until: number } | undefined;

  constructor(run: TopRun, terminal: Terminal, signal: AbortSignal) {
    this.#run = run;
    this.#terminal = terminal;
    this.#signal = signal;
    this.#stamps = new Stamps(run.clock, run.now);
    run.setNote((line) => {
      run.view.message = line;
      this.#note = { line, until: run.clock() + NOTE_MS };
    });
  }

  /** The status of the key that interrupted a measurement. */
  get stoppedBy(): number {
    return this.#terminal.holds("ctrl-c") ? EXIT_BY_SIGNAL.SIGINT : 0;
  }

  async run({ count }: ReadPlan): Promise<number | undefined> {
    const { view, clock } = this.#run;
    let [start, number] = [clock(), 0];
    for (let reads = 1; ; reads++) {
      await this.#measure();
      this.#draw();
      if (reads >= count) return 0;
      const next = nextTick(start, number, view.interval, clock());
      number = next.number;
      let due = next.at;
      for (let isDue = false; !isDue; ) {
        const event = await this.#terminal.event(view.isPaused ? IDLE_MS : due - clock(), this.#signal);
        if (this.#signal.aborted) return undefined;
        if (event === undefined) {
          isDue = !view.isPaused;
          continue;
        }
        if (event.kind === "key") {
          if (event.key === "ctrl-c") return EXIT_BY_SIGNAL.SIGINT;
          const request = view.key(event.key);
          const status = await this.#answer(request);
          if (status !== undefined) return status;
          if (this.#signal.aborted) return undefined;
          if (request.kind === "interval") [start, number, due] = [clock(), 1, clock() + view.interval];
          if (request.kind === "measure" || request.kind === "watch") {
            [start, number] = [clock(), 0];
            isDue = true;
          }
        }
        if (!isDue) this.#draw();
      }
    }
  }

  /** Does what a key asks for; an exit status if that ends the program. */
  async #answer(request: TopRequest): Promise<number | undefined> {
    const { pages, color, view } = this.#run;
    const [terminal, signal] = [this.#terminal, this.#signal];
    switch (request.kind) {
      case "quit":
      case "back":
        return 0;
      case "watch":
        return await pages.watch(request.id, terminal);
      case "info": {
        const lines = await pages.info(request.id);
        if (lines === undefined) view.message = `map id ${request.id} is gone`;
        else if (await showPage(`map id ${request.id}`, lines, terminal, { color, signal }))
          return EXIT_BY_SIGNAL.SIGINT;
        return undefined;
      }
      case "exact": {
        const stats = await this.#run.measurer.measureExactly(request.id, this.#turns());
        if (stats === undefined) view.message = `map id ${request.id} is gone`;
        else view.replace(stats);
        return undefined;
      }
      case "help":
        return (await showPage("ebpf-map top: keys", (width) => keyLines(SCREEN_KEYS.top, width), terminal, {
          color,
          signal,
        }))
          ? EXIT_BY_SIGNAL.SIGINT
          : undefined;
    }
    return undefined;
  }

  async #measure(): Promise<void> {
    const { view, measurer, clock } = this.#run;
    const { at, time } = this.#stamps.next();
    const start = clock();
    const all = await measurer.measure(() => undefined, this.#turns());
    view.took = clock() - start;
    view.time = time.toLocaleTimeString("en-GB");
    view.update(this.#growth.add(at, all));
    if (this.#note === undefined || clock() < this.#note.until) return;
    if (view.message === this.#note.line) view.message = undefined;
    this.#note = undefined;
  }

  #turns(): Turns {
    return new Turns(() => this.#signal.aborted || this.#terminal.holds("q", "ctrl-c"), this.#run.clock);
  }

  #draw(): void {
    const { view, color } = this.#run;
    const { width, height } = this.#terminal;
    this.#terminal.draw(view.lines({ width, height, color }));
  }
}
