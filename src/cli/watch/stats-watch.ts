import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { millisecondsText } from "../../output/quantities.ts";
import { GrowthMeter } from "../../output/stats/growth.ts";
import type { MapStats } from "../../output/stats/stats.ts";
import { statsJson } from "../../output/stats/stats-json.ts";
import { Interrupted } from "../../sdk/machine/interruptible.ts";
import { Stamps } from "../../sdk/watch/stamps.ts";
import { nextTick, type Schedule, ticks } from "../../sdk/watch/ticker.ts";
import { EXIT_BY_SIGNAL } from "../result/exit-codes.ts";
import type { Stream } from "../session/context.ts";
import type { ReadPlan } from "./read-plan.ts";
import { Terminal } from "./terminal.ts";

/** A source of measurements, and its table. */
export interface StatsSource {
  /** Throws Interrupted where it is stopped. */
  measure(isStopped: () => boolean): Promise<readonly MapStats[]>;
  /** Returns the lines of a table that fits `width` columns. */
  table(all: readonly MapStats[], width: number): readonly string[];
}

/** The display of measurements: a table that is redrawn in place on a terminal, or lines of JSON in a pipe. */
export type StatsDisplay =
  | { readonly kind: "table"; readonly stdout: Stream }
  | { readonly kind: "lines"; readonly out: OutputBuffer; readonly flush: () => Promise<void> };

/** The last measurement, and the exit status where a key ended it. */
export interface EndedStats {
  readonly last: readonly MapStats[];
  readonly status: number | undefined;
}

/** The schedule of measurements, and the clocks that it follows. */
export interface StatsPlan extends ReadPlan {
  readonly clock: () => number;
  readonly now: () => Date;
}

/** Measures maps on schedule until a key or the signal ends it. */
export async function watchStats(
  source: StatsSource,
  display: StatsDisplay,
  { clock, now, ...plan }: StatsPlan,
  signal: AbortSignal,
): Promise<EndedStats> {
  const run = new StatsRun(source, new Stamps(clock, now));
  const schedule = { ...plan, clock, signal };
  try {
    const shown =
      display.kind === "table" ? showStats(run, display.stdout, schedule) : printStats(run, display, schedule);
    const status = await shown;
    return { last: run.last, status };
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return { last: run.last, status: signal.aborted ? undefined : EXIT_BY_SIGNAL.SIGINT };
  }
}

/** Measures maps repeatedly, with their growth. */
class StatsRun {
  /** The last measurement that was not interrupted, and the time at which it began. */
  last: readonly MapStats[] = [];
  time: Date = new Date(0);
  readonly source: StatsSource;
  readonly #stamps: Stamps;
  readonly #meter = new GrowthMeter();

  constructor(source: StatsSource, stamps: Stamps) {
    this.source = source;
    this.#stamps = stamps;
  }

  async measure(isStopped: () => boolean): Promise<void> {
    const { at, time } = this.#stamps.next();
    const all = await this.source.measure(isStopped);
    this.last = this.#meter.add(at, all);
    this.time = time;
  }
}

async function printStats(
  run: StatsRun,
  { out, flush }: Extract<StatsDisplay, { kind: "lines" }>,
  schedule: Schedule,
): Promise<undefined> {
  const { signal } = schedule;
  for await (const _ of ticks(schedule)) {
    await run.measure(() => signal.aborted);
    const time = run.time.toISOString();
    for (const stats of run.last) out.text(`{"time":"${time}",${statsJson(stats).slice(1)}\n`);
    await flush();
  }
}

const QUIT = "q";
const CTRL_C = "\x03";

/** The exit status of the key that ended it; undefined for that of a signal. */
async function showStats(
  run: StatsRun,
  stdout: Stream,
  { interval, count, signal, clock }: Schedule,
): Promise<number | undefined> {
  using terminal = new Terminal(stdout);
  const isStopped = (): boolean => signal.aborted || terminal.holds(QUIT, CTRL_C);
  const start = clock();
  let number = 0;
  for (let reads = 1; ; reads++) {
    if (!(await isMeasured(run, isStopped))) return signal.aborted ? undefined : statusOf(terminal);
    const foot = `every ${millisecondsText(interval)}  q quit`;
    const draw = (): void => {
      const lines = run.source.table(run.last, terminal.width).slice(0, Math.max(0, terminal.height - 1));
      terminal.draw([...lines, foot.slice(0, terminal.width)].slice(0, terminal.height));
    };
    draw();
    if (reads >= count) return 0;
    const next = nextTick(start, number, interval, clock());
    number = next.number;
    for (;;) {
      const event = await terminal.event(next.at - clock(), signal);
      if (signal.aborted) return undefined;
      if (event === undefined) break;
      if (event.kind === "key" && event.key === QUIT) return 0;
      if (event.kind === "key" && event.key === CTRL_C) return EXIT_BY_SIGNAL.SIGINT;
      draw();
    }
  }
}

async function isMeasured(run: StatsRun, isStopped: () => boolean): Promise<boolean> {
  try {
    await run.measure(isStopped);
    return true;
  } catch (error) {
    if (error instanceof Interrupted) return false;
    throw error;
  }
}

function statusOf(terminal: Terminal): number {
  return terminal.holds(CTRL_C) ? EXIT_BY_SIGNAL.SIGINT : 0;
}
