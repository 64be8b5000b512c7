import { percentText } from "../../output/quantities.ts";
import { isTooFull, type MapStats, ratioOf } from "../../output/stats/stats.ts";
import { groupJson, groupStats } from "../../output/stats/stats-groups.ts";
import { statsJson } from "../../output/stats/stats-json.ts";
import { statsQuery } from "../../output/stats/stats-query.ts";
import { wrongWords } from "../args/usage.ts";
import { FdinfoNote } from "../maps/fdinfo-note.ts";
import type { ReadWatch } from "../reads/observe-reads.ts";
import { usage } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import { screenOf } from "../session/screen.ts";
import type { Session } from "../session/session.ts";
import { MapsMeasurer } from "../watch/measure-maps.ts";
import { mapFinder, watchReads } from "./asked/maps.ts";

/** `stats [MAP…]`: prints how full maps are, all of this kernel or the selected ones. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length % 2 !== 0) throw wrongWords("stats", words);
  const { options } = session;
  if (options.bpffs) throw usage("stats shows no pins: use ebpf-map list -f, without -f here");
  if (options.watch) return await (await import("./stats-watch.ts")).run(words, session);
  const query = statsQuery({ where: options.statsWhere, sort: options.statsSort, top: options.statsTop });
  const reads = watchReads(session);
  const all = await measureAll(words, session, reads);
  const kept = query.apply(all);
  await write(kept, session);
  if (options.warn !== undefined && warnOfFull(kept, options.warn, session)) return EXIT.full;
  return reads.complete ? EXIT.ok : EXIT.incomplete;
}

async function measureAll(words: readonly string[], session: Session, reads: ReadWatch): Promise<MapStats[]> {
  const { context, warn } = session;
  const time = { clock: context.clock, budget: Number.POSITIVE_INFINITY };
  const measurer = new MapsMeasurer({ words, finder: mapFinder(session) }, time);
  const fdinfoNote = new FdinfoNote(warn);
  return await measurer.measure((map, { occupancy: { error, report } }) => {
    fdinfoNote.look(map);
    if (error !== undefined) warn(`Note: ${map.label} can't be measured: ${error.message}`);
    if (report !== undefined) reads.observer.done?.(map, report);
  });
}

async function write(all: readonly MapStats[], session: Session): Promise<void> {
  const { out, options } = session;
  const format = statsFormat(session);
  const by = options.statsGroupBy;
  const groups = by === undefined ? undefined : groupStats(all, by);
  if (format === "table") return await writeTable(all, session);
  const json = by !== undefined && groups !== undefined ? groups.map((one) => groupJson(one, by)) : all.map(statsJson);
  switch (format) {
    case "ndjson":
      for (const line of json) out.text(`${line}\n`);
      return;
    case "json":
      out.text(`[${json.join(",\n")}]\n`);
      return;
    case "yaml": {
      const { YamlFromJson } = await import("../../output/rows/yaml-from-json.ts");
      const yaml = new YamlFromJson(out);
      for (const line of json) yaml.write(Buffer.from(`${line}\n`));
      yaml.end();
      return;
    }
    case "csv": {
      const { csvOfJson } = await import("../../output/stats/stats-csv.ts");
      const { STATS_FACTS } = await import("../../output/stats/stats-facts.ts");
      const names = groups === undefined ? STATS_FACTS.map(({ name }) => name) : undefined;
      out.text(csvOfJson(json, names, session.context.stdout.isTerminal));
    }
  }
}

async function writeTable(all: readonly MapStats[], session: Session): Promise<void> {
  const { out, options } = session;
  const { statsTable, groupsTable } = await import("../../output/stats/stats-table.ts");
  const { color, width } = screenOf(session);
  const { warn: threshold, statsGroupBy: by } = options;
  const tooFull = (stats: MapStats): boolean => threshold !== undefined && isTooFull(stats, threshold);
  const lines =
    by === undefined
      ? statsTable(all, { width, color, isTooFull: tooFull })
      : groupsTable(groupStats(all, by), by, { width, color });
  for (const line of lines) out.text(`${line}\n`);
}

type StatsFormat = "table" | "ndjson" | "json" | "csv" | "yaml";

/** `-j` and `-p` ask for JSON, too. */
function statsFormat({ options, style, context }: Session): StatsFormat {
  if (options.statsOutput !== undefined) return options.statsOutput;
  if (style !== "plain") return "json";
  return context.stdout.isTerminal ? "table" : "ndjson";
}

/** Warns of the maps at the threshold. Returns true if there is one. */
export function warnOfFull(all: readonly MapStats[], threshold: number, { warn }: Pick<Session, "warn">): boolean {
  const full = all.filter((stats) => isTooFull(stats, threshold));
  for (const stats of full) {
    const { id, name } = stats.info;
    const label = `map id ${id}${name === "" ? "" : ` (${name})`}`;
    warn(`Warning: ${label} is ${percentText(ratioOf(stats) ?? 0)} full: ${useText(stats)}`);
  }
  return full.length > 0;
}

function useText({ info, occupancy: { entries, ring, estimate } }: MapStats): string {
  if (ring === undefined) return `${estimate === undefined ? "" : "about "}${entries} of ${info.maxEntries} entries`;
  const consumer = ring.consumed === 0n && ring.pending > 0 ? ", and nothing was ever consumed" : "";
  const drops = ring.isFull ? "; the producer is dropping" : "";
  return `${ring.pending} of ${ring.size} bytes are pending${consumer}${drops}`;
}
