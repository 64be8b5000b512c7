import { millisecondsText } from "../../output/quantities.ts";
import type { MapStats } from "../../output/stats/stats.ts";
import { statsJson } from "../../output/stats/stats-json.ts";
import { EXIT_BY_SIGNAL } from "../result/exit-codes.ts";
import type { Session } from "../session/session.ts";
import { GrowthMeter } from "./growth.ts";
import { schedule } from "./schedule.ts";
import { Terminal } from "./terminal.ts";
import { nextTick, ticks } from "./ticker.ts";

/** How maps are measured and shown. */
export interface StatsSource {
  measure(): Promise<readonly MapStats[]>;
  /** The lines of a table that fits so many columns. */
  table(all: readonly MapStats[], width: number): readonly string[];
}

/**
 * Measures maps again and again: on a terminal as a table that stays in its place, in a pipe as a line of JSON for each map
 * and time. Returns the last measurement, and the exit status where a key or a signal ended it.
 */
export async function watchStats(
  source: StatsSource,
  session: Session,
  isTable: boolean,
): Promise<{ last: readonly MapStats[]; status: number | undefined }> {
  const { context, options } = session;
  const plan = schedule(options);
  using interruption = context.interruption();
  const meter = new GrowthMeter();
  const measure = async (): Promise<readonly MapStats[]> => meter.add(context.clock(), await source.measure());
  const run = { ...plan, signal: interruption.signal };
  const ended = isTable ? await showStats(measure, source, session, run) : await printStats(measure, session, run);
  return { ...ended, status: ended.status ?? interruption.exitCode };
}

interface Plan {
  readonly interval: number;
  readonly count: number;
  readonly signal: AbortSignal;
}

type Ended = { readonly last: readonly MapStats[]; readonly status: number | undefined };

async function printStats(
  measure: () => Promise<readonly MapStats[]>,
  { context, out }: Session,
  plan: Plan,
): Promise<Ended> {
  let last: readonly MapStats[] = [];
  for await (const _ of ticks({ ...plan, clock: context.clock })) {
    last = await measure();
    const time = context.origin().now.toISOString();
    for (const stats of last) out.text(`{"time":"${time}",${statsJson(stats).slice(1)}\n`);
    out.flush();
  }
  return { last, status: undefined };
}

async function showStats(
  measure: () => Promise<readonly MapStats[]>,
  source: StatsSource,
  { context }: Session,
  { interval, count, signal }: Plan,
): Promise<Ended> {
  using terminal = new Terminal(context);
  const start = context.clock();
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
    const next = nextTick(start, number, interval, context.clock());
    number = next.number;
    for (;;) {
      const event = await terminal.event(next.at - context.clock(), signal);
      if (signal.aborted) return { last, status: undefined };
      if (event === undefined) break;
      if (event.kind === "key" && event.key === "q") return { last, status: 0 };
      if (event.kind === "key" && event.key === "\x03") return { last, status: EXIT_BY_SIGNAL.SIGINT };
      draw();
    }
  }
}
