import { OutputBuffer } from "../../../codec/text/output-buffer.ts";
import { listPlain } from "../../../output/bpftool/list.ts";
import { ownerLines } from "../../../output/stats/owner-lines.ts";
import { isTooFull, type MeasuredMap } from "../../../output/stats/stats.ts";
import { statsQuery } from "../../../output/stats/stats-query.ts";
import type { MapSource } from "../../../reader/map-source.ts";
import { layoutTree } from "../../../schema/layout-tree.ts";
import { knownEntryLayouts } from "../../../sdk/types/map-layouts.ts";
import { interfaceName } from "../../../sys/interfaces.ts";
import { FdinfoNote } from "../../maps/fdinfo-note.ts";
import { onlyMap, selectMaps } from "../../maps/select-maps.ts";
import { usage } from "../../result/command-error.ts";
import { EXIT } from "../../result/exit-codes.ts";
import { hasScreen, type Terminal } from "../../screen/terminal.ts";
import { hasColor } from "../../session/screen.ts";
import type { Session } from "../../session/session.ts";
import { MapsMeasurer } from "../../watch/measure-maps.ts";
import { printStats, type StatsLines } from "../../watch/print-stats.ts";
import { findWatched } from "../../watch/watched-map.ts";
import { warnOfFull } from "../asked/full-maps.ts";
import { mapFinder, readPlan, typeSources } from "../asked/maps.ts";
import { rowQuery, valueStyle } from "../asked/rows.ts";
import { allOwners, measuredMaps, measureTime, statsSpec } from "../asked/stats.ts";

/** From this per cent on a map is too full, unless --warn says otherwise. */
export const TOO_FULL = 90;

/**
 * `stats --watch`: measures maps repeatedly. On a terminal it is `top` in the order of the maps' ids, and where there
 * is no screen a table each time. `--warn` judges the last measurement.
 */
export async function runWatch(words: readonly string[], session: Session): Promise<number> {
  const { context, options } = session;
  const { isTerminal } = context.stdout;
  if (options.watchOutput === "table" && !isTerminal) throw usage("stats --watch -o table needs a terminal");
  if (options.watchOutput !== "ndjson" && isTerminal && hasScreen(context.env.TERM)) {
    return await runTop(words, session, "id");
  }
  return await printLines(words, session);
}

/** Prints measurements: lines of JSON, or on a terminal without a screen a table each time. */
export async function printLines(
  words: readonly string[],
  session: Session,
  usual?: (a: MeasuredMap, b: MeasuredMap) => number,
): Promise<number> {
  const { context, options } = session;
  const plan = readPlan(session);
  const query = statsQuery(statsSpec(session), usual);
  const measurer = new MapsMeasurer(measuredMaps(words, query, session), measureTime(plan.interval, session));
  using interruption = context.interruption();
  const lines = await linesOf(session);
  const schedule = { ...plan, clock: context.clock, signal: interruption.signal };
  const now = (): Date => context.origin().now;
  const fdinfoNote = new FdinfoNote(session.warn);
  const seen = (map: MapSource): void => fdinfoNote.look(map);
  const { last, kept } = await printStats({ measurer, query, lines, now, seen, flush: session.flush }, schedule);
  if (options.warn !== undefined && warnOfFull(last, options.warn, session)) return EXIT.full;
  return interruption.exitCode ?? (kept === 0 && options.failEmpty ? EXIT.empty : EXIT.ok);
}

async function linesOf(session: Session): Promise<StatsLines> {
  const { context, options, out } = session;
  const { stdout } = context;
  if (!stdout.isTerminal || options.watchOutput === "ndjson") return { kind: "json", out };
  const { statsTable } = await import("../../../output/stats/stats-table.ts");
  const { warn: threshold } = options;
  const color = hasColor(session);
  const tooFull = (stats: MeasuredMap): boolean => threshold !== undefined && isTooFull(stats, threshold);
  const table = (all: readonly MeasuredMap[]): string[] =>
    statsTable(all, { width: stdout.columns?.() || undefined, color, isTooFull: tooFull });
  return { kind: "table", out, table };
}

/** Shows maps on the screen of a terminal. `--warn` judges the last measurement. */
export async function runTop(words: readonly string[], session: Session, usual: "urgency" | "id"): Promise<number> {
  const { context, options, warn } = session;
  const [{ showTop }, { TopView }] = await Promise.all([
    import("../../top/top-terminal.ts"),
    import("../../top/top-view.ts"),
  ]);
  const { clock, stdout } = context;
  const plan = readPlan(session);
  let note: ((line: string) => void) | undefined;
  const noted = { ...session, warn: (line: string) => (note ?? warn)(line) };
  const spec = statsSpec(session);
  const maps = measuredMaps(words, statsQuery(spec), noted, usual === "urgency");
  const measurer = new MapsMeasurer(maps, measureTime(plan.interval, session));
  const view = new TopView({ spec, interval: plan.interval, threshold: options.warn ?? TOO_FULL, usual });
  const color = hasColor(session);
  using interruption = context.interruption();
  const { signal } = interruption;
  const pages = {
    info: (id: number) => describe(id, noted),
    watch: async (id: number, terminal: Terminal) => {
      const status = await watchMap(id, noted, terminal, signal);
      if (status === "gone") view.message = `map id ${id} is gone`;
      return typeof status === "number" ? status : undefined;
    },
  };
  const top = { measurer, view, pages, stdout, color, clock, now: () => context.origin().now };
  const setNote = (to: typeof note): void => {
    note = to;
  };
  const { last, status } = await showTop({ ...top, setNote }, plan, signal);
  note = undefined;
  if (options.warn !== undefined && warnOfFull(last, options.warn, session)) return EXIT.full;
  if (status !== 0 && status !== undefined) return status;
  return interruption.exitCode ?? (last.length === 0 && options.failEmpty ? EXIT.empty : EXIT.ok);
}

/** Watches a map in the screen of `top`. */
async function watchMap(
  id: number,
  session: Session,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<"gone" | "back" | number | undefined> {
  const { stdout, clock } = session.context;
  const watched = await findWatched(["id", String(id)], mapFinder(session), typeSources(session));
  if (watched === undefined) return "gone";
  const { watchTerminal } = await import("../../watch/watch-terminal.ts");
  const [query, values] = [rowQuery(session), valueStyle(session)];
  const watch = { watched, query, values, stdout, color: hasColor(session), clock, terminal };
  const plan = { interval: readPlan(session).interval, count: Number.POSITIVE_INFINITY };
  const ended = await watchTerminal(watch, plan, signal);
  if (ended === "gone") return "gone";
  return ended.status === 0 ? "back" : ended.status;
}

/** Returns what is known about a map, its owners, and the layout of its entries; undefined if it is gone. */
async function describe(id: number, session: Session): Promise<string[] | undefined> {
  const [finder, types] = [mapFinder(session), typeSources(session)];
  const watched = await findWatched(["id", String(id)], finder, types);
  if (watched === undefined) return undefined;
  using selected = await selectMaps(["id", String(id)], finder, types);
  const map = onlyMap(selected);
  const chunks: Uint8Array[] = [];
  const out = new OutputBuffer((bytes) => void chunks.push(bytes.slice()), { shown: session.out.shown });
  const { info, fdinfo } = map;
  const name = info.ifindex === 0 ? undefined : interfaceName(info);
  listPlain({ info, fdinfo, interfaceName: name, pins: undefined, holders: [] }, session.dialect, out);
  out.flush();
  const owners = await allOwners(session);
  const layouts = knownEntryLayouts(map);
  const tree =
    layouts === undefined
      ? "no types are known: keys and values are bytes"
      : `offset  size  name  type\n${layouts.key === undefined ? "" : layoutTree(layouts.key, "key")}${layoutTree(layouts.value, "value")}`;
  return [
    ...Buffer.concat(chunks).toString("utf8").trimEnd().split("\n"),
    "",
    ...ownerLines(owners.of(id), owners.gaps),
    "",
    ...tree.trimEnd().split("\n"),
  ];
}
