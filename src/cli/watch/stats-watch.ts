import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { millisecondsText } from "../../output/quantities.ts";
import type { MapStats } from "../../output/stats/stats.ts";
import { statsJson } from "../../output/stats/stats-json.ts";
import { EXIT_BY_SIGNAL } from "../result/exit-codes.ts";
import type { Stream } from "../session/context.ts";
import { GrowthMeter } from "./growth.ts";
import type { ReadPlan } from "./read-plan.ts";
import { Terminal } from "./terminal.ts";
import { nextTick, type Schedule, ticks } from "./ticker.ts";

/** How maps are measured and shown. */
export interface StatsSource {
  measure(): Promise<readonly MapStats[]>;
  /** The lines of a table that fits so many columns. */
  table(all: readonly MapStats[], width: number): readonly string[];
}

/** The way measurements are shown: on a terminal as a table that stays in its place, in a pipe as lines of JSON. */
export type StatsDisplay =
  | { readonly kind: "table"; readonly stdout: Stream }
  | { readonly kind: "lines"; readonly out: OutputBuffer; readonly now: () => Date };

/** The last measurement, and the exit status where a key ended it. */
export interface EndedStats {
  readonly last: readonly MapStats[];
  readonly status: number | undefined;
}

/** Measures maps as often as the plan says, until a key or the signal ends it. */
export async function watchStats(
  source: StatsSource,
  display: StatsDisplay,
  { clock, ...plan }: ReadPlan & { readonly clock: () => number },
  signal: AbortSignal,
): Promise<EndedStats> {
  const meter = new GrowthMeter();
  const measure = async (): Promise<readonly MapStats[]> => meter.add(clock(), await source.measure());
  const schedule = { ...plan, clock, signal };
  if (display.kind === "table") return await showStats(measure, source, display.stdout, schedule);
  return await printStats(measure, display, schedule);
}

async function printStats(
  measure: () => Promise<readonly MapStats[]>,
  { out, now }: Extract<StatsDisplay, { kind: "lines" }>,
  schedule: Schedule,
): Promise<EndedStats> {
  let last: readonly MapStats[] = [];
  for await (const _ of ticks(schedule)) {
    last = await measure();
    const time = now().toISOString();
    for (const stats of last) out.text(`{"time":"${time}",${statsJson(stats).slice(1)}\n`);
    out.flush();
  }
  return { last, status: undefined };
}

async function showStats(
  measure: () => Promise<readonly MapStats[]>,
  source: StatsSource,
  stdout: Stream,
  { interval, count, signal, clock }: Schedule,
): Promise<EndedStats> {
  using terminal = new Terminal(stdout);
  const start = clock();
  let number = 0;
  for (let reads = 1; ; reads++) {
    const last = await measure();
    const foot = `every ${millisecondsText(interval)}  q quit`;
    const draw = (): void => {
      const lines = source.table(last, terminal.width).slice(0, Math.max(0, terminal.height - 1));
      terminal.draw([...lines, foot.slice(0, terminal.width)].slice(0, terminal.height));
    };
    draw();
    if (reads >= count) return { last, status: 0 };
    const next = nextTick(start, number, interval, clock());
    number = next.number;
    for (;;) {
      const event = await terminal.event(next.at - clock(), signal);
      if (signal.aborted) return { last, status: undefined };
      if (event === undefined) break;
      if (event.kind === "key" && event.key === "q") return { last, status: 0 };
      if (event.kind === "key" && event.key === "\x03") return { last, status: EXIT_BY_SIGNAL.SIGINT };
      draw();
    }
  }
}
