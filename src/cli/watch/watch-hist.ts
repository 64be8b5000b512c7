import { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { HistRows } from "../../output/hist/hist.ts";
import type { Scale } from "../../output/hist/hist-scale.ts";
import { millisecondsText } from "../../output/quantities.ts";
import { readQuery } from "../../output/rows/read-query.ts";
import { keysLine } from "../../output/terminal/bars.ts";
import { terminalColours } from "../../output/terminal/colours.ts";
import { cutToWidth, visible } from "../../output/terminal/visible.ts";
import type { Query } from "../../query/query.ts";
import { Interrupted, interruptibleMap, Turns } from "../../sdk/machine/interruptible.ts";
import { nextTick, ticks } from "../../sdk/watch/ticker.ts";
import type { WatchedMap } from "../../sdk/watch/watcher.ts";
import { EXIT_BY_SIGNAL } from "../result/exit-codes.ts";
import { openQuery, type RowQuery } from "../rows/open-query.ts";
import { cellOptions, type ValueStyle } from "../rows/row-style.ts";
import { nextInterval } from "../screen/intervals.ts";
import { IDLE_MS } from "../screen/page.ts";
import { Scroller } from "../screen/scroller.ts";
import { Terminal } from "../screen/terminal.ts";
import type { Stream } from "../session/context.ts";
import { LiveHist } from "./live-hist.ts";
import type { ReadPlan } from "./read-plan.ts";

/** A map whose histograms are watched. */
export interface HistWatch {
  readonly watched: WatchedMap;
  readonly query: RowQuery;
  readonly values: ValueStyle;
  readonly scale: Scale | undefined;
  readonly clock: () => number;
  /** Called after each read that found entries which the query keeps. */
  readonly onKept: () => void;
}

/** The width of histograms where there is no terminal. */
const LINES_WIDTH = 80;
const CTRL_C = "ctrl-c";

type Ending = "gone" | { readonly status: number | undefined };

/** Prints the histograms of each read below those of the one before. */
export async function printHists(
  watch: HistWatch,
  { out, flush, width = LINES_WIDTH }: { out: OutputBuffer; flush: () => Promise<void>; width?: number | undefined },
  { signal, ...plan }: ReadPlan & { readonly signal: AbortSignal },
): Promise<Ending> {
  const { clock } = watch;
  const reader = new HistReader(watch, () => signal.aborted);
  for await (const _ of ticks({ ...plan, clock, signal })) {
    const lines = await reader.read(width);
    if (lines === undefined) return "gone";
    for (const line of [reader.time, ...lines, ""]) out.text(`${line}\n`);
    await flush();
  }
  return { status: undefined };
}

/** Shows histograms on the screen until the map is gone, or until the plan, a key or the signal ends it. */
export async function watchHists(
  watch: HistWatch,
  { stdout, color }: { readonly stdout: Stream; readonly color: boolean },
  plan: ReadPlan,
  signal: AbortSignal,
): Promise<Ending> {
  using terminal = new Terminal(stdout);
  const reader = new HistReader(watch, () => signal.aborted || terminal.holds(CTRL_C));
  try {
    return await new HistScreen(watch, reader, terminal, color, plan.interval).run(plan.count, signal);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return { status: signal.aborted ? undefined : EXIT_BY_SIGNAL.SIGINT };
  }
}

/** Reads a map and makes the lines of its histograms. */
class HistReader {
  readonly live = new LiveHist();
  time = "";
  readonly #watch: HistWatch;
  readonly #isStopped: () => boolean;
  #query: Query | undefined;

  constructor(watch: HistWatch, isStopped: () => boolean) {
    this.#watch = watch;
    this.#isStopped = isStopped;
  }

  /** The lines of a read; undefined if the map is gone. Throws Interrupted, and what reading throws. */
  async read(width: number): Promise<readonly string[] | undefined> {
    const { watched, query, values, scale, clock, onKept } = this.#watch;
    using map = await watched.open(this.#query === undefined);
    if (map === undefined) return undefined;
    this.#query ??= await openQuery(map, query);
    const parts: string[] = [];
    const out = new OutputBuffer((bytes) => void parts.push(Buffer.from(bytes).toString()), { shown: values.shown });
    const cells = cellOptions(values, watched.origin);
    this.live.begin();
    const counts = (title: string, all: readonly bigint[]): readonly bigint[] => this.live.take(title, all);
    const writer = new HistRows(this.#query, out, { ...cells, width, scale, counts });
    this.time = values.now().now.toLocaleTimeString("en-GB");
    await readQuery(interruptibleMap(map, new Turns(this.#isStopped, clock)), this.#query, writer);
    if (this.#query.counts.kept > 0) onKept();
    out.flush();
    return parts.join("").trimEnd().split("\n");
  }
}

const KEYS = ["q quit", "p pause", "d since the last read, or in all", "+ - interval"];

class HistScreen {
  readonly #watch: HistWatch;
  readonly #reader: HistReader;
  readonly #terminal: Terminal;
  readonly #color: boolean;
  readonly #scroller = new Scroller();
  #interval: number;
  #isPaused = false;
  #lines: readonly string[] = [];

  constructor(watch: HistWatch, reader: HistReader, terminal: Terminal, color: boolean, interval: number) {
    this.#watch = watch;
    this.#reader = reader;
    this.#terminal = terminal;
    this.#color = color;
    this.#interval = interval;
  }

  async run(count: number, signal: AbortSignal): Promise<Ending> {
    const { clock } = this.#watch;
    let [start, number] = [clock(), 0];
    for (let reads = 1; ; reads++) {
      const lines = await this.#reader.read(this.#terminal.width);
      if (lines === undefined) return "gone";
      this.#lines = lines;
      this.#draw();
      if (reads >= count) return { status: 0 };
      const next = nextTick(start, number, this.#interval, clock());
      number = next.number;
      for (let isDue = false; !isDue; ) {
        const event = await this.#terminal.event(this.#isPaused ? IDLE_MS : next.at - clock(), signal);
        if (signal.aborted) return { status: undefined };
        if (event === undefined) isDue = !this.#isPaused;
        else if (event.kind === "redraw") this.#draw();
        else {
          const asked = this.#key(event.key);
          if (asked === "quit") return { status: event.key === CTRL_C ? EXIT_BY_SIGNAL.SIGINT : 0 };
          if (asked === "read") {
            [start, number] = [clock(), 0];
            isDue = true;
          } else this.#draw();
        }
      }
    }
  }

  /** Handles a key: the program ends, the map is read at once, or the screen is drawn anew. */
  #key(key: string): "quit" | "read" | "draw" {
    if (this.#scroller.key(key)) return "draw";
    switch (key) {
      case "q":
      case "escape":
      case CTRL_C:
        return "quit";
      case "p":
        this.#isPaused = !this.#isPaused;
        return this.#isPaused ? "draw" : "read";
      case "d":
        this.#reader.live.isSinceLast = !this.#reader.live.isSinceLast;
        return "draw";
      case "+":
      case "=":
      case "-":
        this.#interval = nextInterval(this.#interval, key === "-" ? -1 : 1) ?? this.#interval;
        return "read";
    }
    return "draw";
  }

  #draw(): void {
    const { width, height } = this.#terminal;
    const { bold } = terminalColours(this.#color);
    const room = Math.max(1, height - 3);
    // What scrolls is the part that is seen.
    this.#scroller.fit(Math.max(1, this.#lines.length - room + 1), 1);
    const seen = this.#lines.slice(this.#scroller.row, this.#scroller.row + room);
    const blanks = Array.from({ length: room - seen.length }, () => "");
    const more = this.#lines.length - this.#scroller.row - seen.length;
    const foot = keysLine(more > 0 ? [`${more} more lines`, ...KEYS] : KEYS, width);
    const lines = [
      bold(this.#title(width)),
      this.#status(width),
      ...seen.map((line) => cutToWidth(line, width)),
      ...blanks,
    ];
    this.#terminal.draw([...lines, foot].slice(0, height));
  }

  #title(width: number): string {
    return cutToWidth(visible(`${this.#watch.watched.label}  ${this.#reader.time}`), width);
  }

  #status(width: number): string {
    const counts = this.#reader.live.isSinceLast ? "counts since the last read" : "all counts";
    const parts = [`${counts}, every ${millisecondsText(this.#interval)}`];
    if (this.#isPaused) parts.unshift("PAUSED");
    return cutToWidth(parts.join("  "), width);
  }
}
