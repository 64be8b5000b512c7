import type { EbpfMapError } from "../../../errors.ts";
import { isTooFull, type MeasuredMap } from "../../../output/stats/stats.ts";
import { STATS_FACTS } from "../../../output/stats/stats-facts.ts";
import { groupFacts, groupStats } from "../../../output/stats/stats-groups.ts";
import { statsJson } from "../../../output/stats/stats-json.ts";
import { type StatsQuery, statsQuery } from "../../../output/stats/stats-query.ts";
import type { ReadReport } from "../../../reader/entries.ts";
import type { MapSource } from "../../../reader/map-source.ts";
import { readError } from "../../../reader/read-error.ts";
import { isRingBuffer } from "../../../sys/map-types.ts";
import { wrongWords } from "../../args/usage.ts";
import { FdinfoNote } from "../../maps/fdinfo-note.ts";
import type { ReadWatch } from "../../reads/observe-reads.ts";
import { EXIT } from "../../result/exit-codes.ts";
import { screenOf } from "../../session/screen.ts";
import type { Session } from "../../session/session.ts";
import { MapsMeasurer } from "../../watch/measure-maps.ts";
import { warnOfFull } from "../asked/full-maps.ts";
import { watchReads } from "../asked/maps.ts";
import { measuredMaps, statsSpec } from "../asked/stats.ts";

/** `stats [MAP…]`: prints how full maps are, all of this kernel or the selected ones. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length % 2 !== 0) throw wrongWords("stats", words);
  const { options } = session;
  if (options.watch) return await (await import("./stats-screen.ts")).runWatch(words, session);
  const query = statsQuery(statsSpec(session));
  const reads = watchReads(session);
  const { all, isWhole } = await measureAll(words, query, session, reads);
  const kept = query.apply(all);
  await write(kept, session);
  if (options.warn !== undefined && warnOfFull(kept, options.warn, session)) return EXIT.full;
  if (!reads.complete || !isWhole) return EXIT.incomplete;
  return kept.length === 0 && options.failEmpty ? EXIT.empty : EXIT.ok;
}

/** Measures the maps. `isWhole`: no call failed that maps of the type have. */
async function measureAll(
  words: readonly string[],
  query: StatsQuery,
  session: Session,
  reads: ReadWatch,
): Promise<{ all: MeasuredMap[]; isWhole: boolean }> {
  const { context, warn } = session;
  const time = { clock: context.clock, budget: Number.POSITIVE_INFINITY };
  const measurer = new MapsMeasurer(measuredMaps(words, query, session), time);
  const fdinfoNote = new FdinfoNote(warn);
  let isWhole = true;
  const all = await measurer.measure((map, { occupancy: { error, report } }) => {
    fdinfoNote.look(map);
    if (report !== undefined) reads.observer.done?.(map, report);
    const failure = error ?? (report && failureOf(map, report));
    if (failure === undefined) return;
    if (!isRingBuffer(map.info.type)) isWhole = false;
    warn(`Note: ${map.label} can't be measured: ${failure.message}`);
  });
  return { all, isWhole };
}

/** The error of a read that failed though maps of the type can be read; a read with gaps has a warning of its own. */
function failureOf(map: MapSource, report: ReadReport): EbpfMapError | undefined {
  const error = readError(map, report);
  return error?.code === "INCOMPLETE" || error?.code === "NOT_READABLE" ? undefined : error;
}

async function write(all: readonly MeasuredMap[], session: Session): Promise<void> {
  const { out, options } = session;
  const format = statsFormat(session);
  const { isTerminal, width, color } = screenOf(session);
  const by = options.statsGroupBy;
  if (by !== undefined || format === "csv" || format === "yaml") {
    const { writeFacts } = await import("../../../output/facts/fact-writer.ts");
    const style = { format, isTerminal, width, color, csvSafe: options.csvSafe };
    if (by !== undefined) return await writeFacts(groupStats(all, by), groupFacts(by), out, style);
    return await writeFacts(all, STATS_FACTS, out, style);
  }
  switch (format) {
    case "ndjson":
      for (const stats of all) out.text(`${statsJson(stats)}\n`);
      return;
    case "json":
      out.text(`[${all.map(statsJson).join(",\n")}]\n`);
      return;
    case "table": {
      const { statsTable } = await import("../../../output/stats/stats-table.ts");
      const { warn: threshold } = options;
      const tooFull = (stats: MeasuredMap): boolean => threshold !== undefined && isTooFull(stats, threshold);
      for (const line of statsTable(all, { width, color, isTooFull: tooFull })) out.text(`${line}\n`);
    }
  }
}

type StatsFormat = NonNullable<Session["options"]["statsOutput"]>;

/** `-j` and `-p` ask for JSON, too. */
function statsFormat({ options, style, context }: Session): StatsFormat {
  if (options.statsOutput !== undefined) return options.statsOutput;
  if (style !== "plain") return "json";
  return context.stdout.isTerminal ? "table" : "ndjson";
}
