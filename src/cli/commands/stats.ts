import { percentText } from "../../output/quantities.ts";
import { type MapStats, measureMap, ratioOf } from "../../output/stats/stats.ts";
import { statsJson } from "../../output/stats/stats-json.ts";
import { allMaps } from "../../reader/find.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { interruptibleMap, Turns } from "../../sdk/machine/interruptible.ts";
import { wrongWords } from "../args/usage.ts";
import { openFailure } from "../maps/bpftool-answers.ts";
import { FdinfoNote } from "../maps/fdinfo-note.ts";
import { selectMaps } from "../maps/select-maps.ts";
import type { ReadWatch } from "../reads/observe-reads.ts";
import { usage } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import { screenOf } from "../session/screen.ts";
import type { Session } from "../session/session.ts";
import { mapFinder, readPlan, watchReads } from "./asked/maps.ts";

/** `stats [MAP…]`: prints how full maps are, all of this kernel or the selected ones. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length % 2 !== 0) throw wrongWords("stats", words);
  const threshold = session.options.warn;
  if (session.options.watch) return await runWatch(words, threshold, session);
  const format = statsFormat(session);
  const reads = watchReads(session);
  const all = await measureAll(words, session, reads);
  await write(all, threshold, format, session);
  if (threshold !== undefined && warnOfFull(all, threshold, session)) return EXIT.full;
  return reads.complete ? EXIT.ok : EXIT.incomplete;
}

/** Measures repeatedly; `--warn` judges the last measurement. */
async function runWatch(words: readonly string[], threshold: number | undefined, session: Session): Promise<number> {
  const { context, options, out } = session;
  const { stdout, clock } = context;
  const format = options.watchOutput ?? (stdout.isTerminal ? "table" : "ndjson");
  if (format === "table" && !stdout.isTerminal) throw usage("stats --watch -o table needs a terminal");
  const { watchStats } = await import("../watch/stats-watch.ts");
  const isTable = format === "table";
  const table = isTable ? await tableLayout(threshold, session) : () => [];
  const measure = async (isStopped: () => boolean): Promise<MapStats[]> =>
    await measureAll(words, session, undefined, new Turns(isStopped, clock));
  const display = isTable
    ? ({ kind: "table", stdout } as const)
    : ({ kind: "lines", out, flush: session.flush } as const);
  using interruption = context.interruption();
  const plan = { ...readPlan(session), clock, now: () => context.origin().now };
  const { last, status } = await watchStats({ measure, table }, display, plan, interruption.signal);
  if (threshold !== undefined && warnOfFull(last, threshold, session)) return EXIT.full;
  return status ?? interruption.exitCode ?? EXIT.ok;
}

async function measureAll(
  words: readonly string[],
  session: Session,
  reads: ReadWatch | undefined,
  turns?: Turns,
): Promise<MapStats[]> {
  const all: MapStats[] = [];
  const fdinfoNote = reads && new FdinfoNote(session.warn);
  for await (const map of mapsOf(words, session)) {
    fdinfoNote?.look(map);
    await turns?.take();
    const stats = await measureMap(turns === undefined ? map : interruptibleMap(map, turns));
    const { error } = stats.occupancy;
    if (error !== undefined && reads !== undefined)
      session.warn(`Note: ${map.label} can't be measured: ${error.message}`);
    if (stats.occupancy.report !== undefined) reads?.observer.done?.(map, stats.occupancy.report);
    all.push(stats);
  }
  return all;
}

/** Yields the maps that the words name, two words each; without words, all of this kernel. */
async function* mapsOf(words: readonly string[], session: Session): AsyncGenerator<MapSource> {
  for (let i = 0; i < words.length; i += 2) {
    using selected = await selectMaps(words.slice(i, i + 2), mapFinder(session), undefined);
    yield* selected.maps;
  }
  if (words.length > 0) return;
  try {
    for (const map of allMaps(session.kernel)) {
      using open = map;
      yield open;
    }
  } catch (error) {
    throw openFailure(error, "all", session.dialect);
  }
}

async function write(
  all: readonly MapStats[],
  threshold: number | undefined,
  format: StatsFormat,
  session: Session,
): Promise<void> {
  const { out } = session;
  switch (format) {
    case "ndjson":
      for (const stats of all) out.text(`${statsJson(stats)}\n`);
      return;
    case "json":
      out.text(`[${all.map(statsJson).join(",\n")}]\n`);
      return;
    case "table": {
      const table = await tableLayout(threshold, session);
      for (const line of table(all, screenOf(session).width)) out.text(`${line}\n`);
    }
  }
}

/** Returns a function that lays out measurements as a table. The table library is loaded only for this. */
async function tableLayout(
  threshold: number | undefined,
  session: Session,
): Promise<(all: readonly MapStats[], width: number | undefined) => string[]> {
  const { statsTable } = await import("../../output/stats/stats-table.ts");
  const tooFull = (stats: MapStats): boolean => threshold !== undefined && isTooFull(stats, threshold);
  const { color } = screenOf(session);
  return (all, width) => statsTable(all, { width, color, isTooFull: tooFull });
}

type StatsFormat = "table" | "ndjson" | "json";

/** `-j` and `-p` ask for JSON, too. */
function statsFormat({ options, style, context }: Session): StatsFormat {
  if (options.reportOutput !== undefined) return options.reportOutput;
  if (style !== "plain") return "json";
  return context.stdout.isTerminal ? "table" : "ndjson";
}

/** Warns of the maps at the threshold. Returns true if there is one. */
function warnOfFull(all: readonly MapStats[], threshold: number, { warn }: Session): boolean {
  const full = all.filter((stats) => isTooFull(stats, threshold));
  for (const stats of full) {
    const { id, name } = stats.info;
    const label = `map id ${id}${name === "" ? "" : ` (${name})`}`;
    warn(`Warning: ${label} is ${percentText(ratioOf(stats) ?? 0)} full: ${useText(stats)}`);
  }
  return full.length > 0;
}

function useText({ info, occupancy: { entries, ring } }: MapStats): string {
  if (ring === undefined) return `${entries} of ${info.maxEntries} entries`;
  const consumer = ring.consumed === 0n && ring.pending > 0 ? ", and nothing was ever consumed" : "";
  const drops = ring.isFull ? "; the producer is dropping" : "";
  return `${ring.pending} of ${ring.size} bytes are pending${consumer}${drops}`;
}

/**
 * Only a map that refuses entries or drops records can be too full: an array is always full, and an LRU map makes room.
 */
function isTooFull(stats: MapStats, threshold: number): boolean {
  const { whenFull, ring } = stats.occupancy;
  const isLimited = whenFull === "refuses" || whenFull === "drops";
  return isLimited && (ring?.isFull === true || (ratioOf(stats) ?? 0) * 100 >= threshold);
}
