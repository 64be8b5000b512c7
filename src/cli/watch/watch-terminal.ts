import { Interrupted } from "../../sdk/machine/interruptible.ts";
import { Stamps } from "../../sdk/watch/stamps.ts";
import { nextTick } from "../../sdk/watch/ticker.ts";
import { type WatchedMap, Watcher } from "../../sdk/watch/watcher.ts";
import { keyLines, SCREEN_KEYS } from "../args/help/screen-keys.ts";
import { EXIT_BY_SIGNAL } from "../result/exit-codes.ts";
import { type RowQuery, watchQuery } from "../rows/open-query.ts";
import { cellOptions, type ValueStyle } from "../rows/row-style.ts";
import { IDLE_MS, showPage } from "../screen/page.ts";
import { Terminal } from "../screen/terminal.ts";
import type { Stream } from "../session/context.ts";
import { type KeyWriting, keyWriting } from "./lookup-command.ts";
import type { ReadPlan } from "./read-plan.ts";
import { WatchView } from "./watch-view.ts";

const CTRL_C = "ctrl-c";

/** A map that is watched on a terminal. */
export interface TerminalWatch {
  readonly watched: WatchedMap;
  readonly query: RowQuery;
  readonly values: ValueStyle;
  readonly stdout: Stream;
  readonly color: boolean;
  readonly clock: () => number;
  /** Entries are shown once they have changed. */
  readonly changesOnly?: boolean;
  /** The command line chooses the types of the map's entries, which other commands don't know. */
  readonly hasGivenTypes?: boolean;
  /** Called after each read that found entries which the query keeps. */
  readonly onKept?: () => void;
  /** The screen, if there is one already, to which `q` and Escape go back. */
  readonly terminal?: Terminal;
}

/**
 * Watches a map until it is gone, or until the plan, a key or the signal ends it. The status is undefined if the signal
 * decides.
 */
export async function watchTerminal(
  {
    watched,
    query,
    values,
    stdout,
    color,
    clock,
    changesOnly = false,
    hasGivenTypes = false,
    onKept,
    terminal: shared,
  }: TerminalWatch,
  plan: ReadPlan,
  signal: AbortSignal,
): Promise<"gone" | { readonly status: number | undefined }> {
  let view: WatchView | undefined;
  // While there is a screen, it shows what would go to stderr.
  const warn = (line: string): void => (view === undefined ? query.warn(line) : show(view, line));
  let terminal: Terminal | undefined;
  const isStopped = (): boolean => signal.aborted || terminal?.holds(CTRL_C) === true;
  const stamps = new Stamps(clock, () => values.now().now);
  const { spec, compile } = watchQuery({ ...query, warn });
  let writing: KeyWriting | undefined;
  const compileBoth: typeof compile = async (map, asked) => {
    const compiled = await compile(map, asked);
    const hasKeys = compiled.grouping === undefined;
    if (hasKeys && !hasGivenTypes) writing = await keyWriting(map, query, compiled.entryTypes);
    return compiled;
  };
  const moment = { clock, stamps, isStopped };
  const watcher = await Watcher.open(watched, { spec, compile: compileBoth }, moment);
  if (watcher === undefined) return "gone";
  view = new WatchView(watcher, {
    cells: cellOptions(values, watched.origin),
    interval: plan.interval,
    filter: query.spec.where?.text,
    changesOnly,
  });
  using own = shared === undefined ? new Terminal(stdout) : undefined;
  const opened = shared ?? own;
  if (opened === undefined) throw new TypeError("there is no terminal");
  terminal = opened;
  const draw = (): void => opened.draw(view?.lines({ width: opened.width, height: opened.height, color }) ?? []);
  let start = clock();
  let number = 0;
  for (let reads = 1; ; reads++) {
    try {
      if (!(await watcher.read())) return "gone";
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      return { status: signal.aborted ? undefined : EXIT_BY_SIGNAL.SIGINT };
    }
    if (watcher.follower.present > 0) onKept?.();
    view.update(timeOf(watcher.time));
    if (reads >= plan.count) return { status: 0 };
    draw();
    const next = nextTick(start, number, view.interval, clock());
    view.skipped += next.skipped;
    number = next.number;
    let due = next.at;
    for (let isDue = false; !isDue; ) {
      const event = await opened.event(view.isPaused ? IDLE_MS : due - clock(), signal);
      if (signal.aborted) return { status: undefined };
      if (event === undefined) {
        isDue = !view.isPaused;
        continue;
      }
      const request =
        event.kind === "redraw" ? "nothing" : event.key === CTRL_C ? "interrupt" : await view.key(event.key);
      if (request === "interrupt") return { status: EXIT_BY_SIGNAL.SIGINT };
      if (request === "quit") return { status: 0 };
      if (request === "copy") {
        view.writing = writing;
        const command = view.lookup();
        if (command !== undefined) opened.copy(command);
      }
      if (
        request === "entry" &&
        (await showPage(`${watched.label}: an entry`, view.entry, opened, { color, signal }))
      ) {
        return { status: EXIT_BY_SIGNAL.SIGINT };
      }
      if (
        request === "help" &&
        (await showPage("ebpf-map watch: keys", (width) => keyLines(SCREEN_KEYS.watch, width), opened, {
          color,
          signal,
        }))
      ) {
        return { status: EXIT_BY_SIGNAL.SIGINT };
      }
      if (request === "interval") {
        start = clock();
        number = 1;
        due = start + view.interval;
      }
      if (request === "read") {
        start = clock();
        number = 0;
        isDue = true;
      }
      draw();
    }
  }
}

function show(view: WatchView, line: string): void {
  view.message = line;
}

/** The time of day where the terminal is. */
function timeOf(now: Date): string {
  return now.toLocaleTimeString("en-GB");
}
