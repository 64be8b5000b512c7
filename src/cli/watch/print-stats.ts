import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { GrowthMeter } from "../../output/stats/growth.ts";
import type { MeasuredMap } from "../../output/stats/stats.ts";
import { statsJson } from "../../output/stats/stats-json.ts";
import type { StatsQuery } from "../../output/stats/stats-query.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { Interrupted, Turns } from "../../sdk/machine/interruptible.ts";
import { Stamps } from "../../sdk/watch/stamps.ts";
import { type Schedule, ticks } from "../../sdk/watch/ticker.ts";
import type { MapsMeasurer } from "./measure-maps.ts";

/** The form of measurements: lines of JSON, or tables one below the other. */
export type StatsLines =
  | { readonly kind: "json"; readonly out: OutputBuffer }
  | {
      readonly kind: "table";
      readonly out: OutputBuffer;
      readonly table: (all: readonly MeasuredMap[]) => readonly string[];
    };

export interface PrintedStats {
  readonly measurer: MapsMeasurer;
  readonly query: StatsQuery;
  readonly lines: StatsLines;
  readonly now: () => Date;
  /** Is told of each map that is measured, open. */
  readonly seen: (map: MapSource) => void;
  readonly flush: () => Promise<void>;
}

/**
 * Measures and prints on schedule until the signal; returns the last measurement, and the number of all that were kept.
 */
export async function printStats(
  { measurer, query, lines, now, seen, flush }: PrintedStats,
  schedule: Schedule,
): Promise<{ readonly last: readonly MeasuredMap[]; readonly kept: number }> {
  const { clock, signal } = schedule;
  const [stamps, growth] = [new Stamps(clock, now), new GrowthMeter()];
  let last: readonly MeasuredMap[] = [];
  let kept = 0;
  try {
    for await (const _ of ticks(schedule)) {
      const { at, time } = stamps.next();
      const all = await measurer.measure(seen, new Turns(() => signal.aborted, clock));
      last = query.apply(growth.add(at, all));
      kept += last.length;
      write(last, time, lines);
      await flush();
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
  return { last, kept };
}

function write(all: readonly MeasuredMap[], time: Date, lines: StatsLines): void {
  const { out } = lines;
  if (lines.kind === "json") {
    const stamp = time.toISOString();
    for (const stats of all) out.text(`{"time":"${stamp}",${statsJson(stats).slice(1)}\n`);
    return;
  }
  out.text(`${time.toLocaleTimeString("en-GB")}\n`);
  for (const line of lines.table(all)) out.text(`${line}\n`);
  out.text("\n");
}
