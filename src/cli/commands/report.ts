import { EbpfMapError } from "../../errors.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { Interrupted } from "../../sdk/machine/interruptible.ts";
import { renderContext } from "../../sdk/machine/render-context.ts";
import { hostName } from "../../sdk/machine/table-origin.ts";
import { Stamps } from "../../sdk/watch/stamps.ts";
import { reportHtml } from "../../server/page/html.ts";
import { isWhole, mapPage, type ReportedMap, reportOf } from "../../server/page/report.ts";
import { NewFile } from "../../snapshot/write/new-file.ts";
import { findPins } from "../../sys/pins.ts";
import { wrongWords } from "../args/usage.ts";
import type { Selection } from "../maps/map-words.ts";
import { fileAndMap } from "../maps/maps-of-file.ts";
import { type SelectedMaps, selectMaps } from "../maps/select-maps.ts";
import { packageVersion, pageAssets } from "../package/package-files.ts";
import { usage } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import { watchQuery } from "../rows/open-query.ts";
import type { Session } from "../session/session.ts";
import { mapFinder, typeSources } from "./asked/maps.ts";
import { rowQuery } from "./asked/rows.ts";
import { asOutputFailure } from "./save/saving.ts";

/**
 * `report MAP -o FILE`: writes one page of HTML that shows maps and their entries to whoever opens it, without a server
 * and without this program. The status is 3 if a map was read in part or not at all.
 */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length !== 2) throw wrongWords("report", words);
  const { options, context } = session;
  const { reportFile: file } = options;
  if (file === undefined && context.stdout.isTerminal) throw usage("report needs -o FILE, and FILE ends in .html");
  using selected = await selectMaps(words, mapFinder(session), typeSources(session));
  using interruption = context.interruption();
  try {
    const { html, isComplete } = await reportText(selected, session, interruption.signal);
    if (file === undefined) session.out.text(html);
    else await writeNew(file, html, options.replaceReport);
    return isComplete ? EXIT.ok : EXIT.incomplete;
  } catch (error) {
    if (error instanceof Interrupted && interruption.exitCode !== undefined) return interruption.exitCode;
    throw error;
  }
}

async function reportText(
  { maps, selection }: SelectedMaps,
  session: Session,
  signal: AbortSignal,
): Promise<{ html: string; isComplete: boolean }> {
  const { context, warn } = session;
  const pages = [];
  for (const map of maps) pages.push(await mapPage(reportedMap(map, fileOf(selection, map, maps), session, signal)));
  for (const { map, entries, head } of pages) {
    const { state, left } = entries;
    if ("why" in state && !head.isStream) warn(`Warning: map id ${map.id} (${map.name}): ${state.why}`);
    if (left > 0)
      warn(`Note: map id ${map.id} (${map.name}): ${left} more entries have no room in the report (--where, --top)`);
  }
  const [{ origin, machine }] = maps;
  const { now, kernel } = context.origin();
  const report = reportOf(pages, {
    tool: `ebpf-map ${packageVersion()}`,
    kernel: origin === undefined ? kernel : (machine?.kernel ?? ""),
    host: origin === undefined ? hostName() : "",
    file: selection.by === "file" ? selection.path : "",
    time: origin === undefined ? now : new Date(origin.time),
  });
  const names = [...new Set(pages.map(({ map }) => map.name || `map ${map.id}`))].slice(0, 3).join(", ");
  const isComplete = pages.every(({ entries, head }) => isWhole(entries.state) || head.isStream);
  return { html: reportHtml(report, `${names} · ebpf-map report`, pageAssets()), isComplete };
}

/**
 * Returns the name of a map's file on the command line, with the map where there are several; undefined for one of this
 * kernel.
 */
function fileOf(selection: Selection, { info }: MapSource, { length }: readonly MapSource[]): string | undefined {
  if (selection.by !== "file") return undefined;
  return length === 1 ? selection.path : `${fileAndMap(selection.path).path}:${info.id}`;
}

function reportedMap(map: MapSource, file: string | undefined, session: Session, signal: AbortSignal): ReportedMap {
  const { context, options } = session;
  const { where, select, sort, top, perCpu } = options;
  const words = [
    ...(where ? ["--where", where.text] : []),
    ...(select ? ["--select", select.text] : []),
    ...(sort ? ["--sort", sort.text] : []),
    ...(top === undefined ? [] : ["--top", String(top)]),
    ...(perCpu ? ["--per-cpu", perCpu] : []),
  ];
  return {
    map,
    asked: words,
    words: file === undefined ? ["id", String(map.info.id)] : ["file", file],
    query: watchQuery(rowQuery(session)),
    moment: {
      clock: context.clock,
      stamps: new Stamps(context.clock, () => context.origin().now),
      isStopped: () => signal.aborted,
    },
    around: renderContext(context.origin, map.origin),
    pins: file === undefined ? pinsOf(map, session) : [],
    owner: "",
  };
}

/** The paths of a map's pins; none where they can't be looked for. */
function pinsOf({ info }: MapSource, { kernel }: Session): string[] {
  try {
    return findPins(kernel).flatMap(({ mapId, path }) => (mapId === info.id ? [path] : []));
  } catch (error) {
    if (error instanceof EbpfMapError) return [];
    throw error;
  }
}

async function writeNew(path: string, text: string, force: boolean): Promise<void> {
  try {
    const file = await NewFile.create(path, force, "write report");
    try {
      file.writeNow(Buffer.from(text));
      await file.commit();
    } catch (error) {
      await file.discard();
      throw error;
    }
  } catch (error) {
    throw asOutputFailure(error);
  }
}
