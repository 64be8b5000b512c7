import { measureMap } from "../../output/stats/stats.ts";
import { visible } from "../../output/terminal/visible.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { mapView } from "../../reader/views/map-view.ts";
import type { WatchedMap } from "../../sdk/watch/watcher.ts";
import type { EntriesState, MapPage, Report } from "./contract.ts";
import { PageMap, type PageMapOptions } from "./page-map.ts";
import { mapSummary, type SummaryExtras } from "./summary.ts";

/** The source of a report's maps. */
export interface ReportOrigin extends Pick<Report, "tool" | "kernel" | "host" | "file"> {
  readonly time: Date;
}

/** A map that a report is made of. */
export interface ReportedMap extends PageMapOptions, SummaryExtras {
  readonly map: MapSource;
  /** The options of the command line that chose the rows. */
  readonly asked: readonly string[];
}

/** Reads a map once for a report. Throws QUERY_INVALID, Interrupted. */
export async function mapPage({ map, asked, ...options }: ReportedMap): Promise<MapPage> {
  const page = await PageMap.open(borrowed(map), options);
  if (page === undefined) throw new TypeError(`${map.label} was open`);
  await page.read();
  const read = page.entries();
  const entries = map.origin === undefined ? read : { ...read, time: map.origin.time, took: 0 };
  return { map: mapSummary(await measureMap(map), options), head: page.head, entries, query: asked.map(visible) };
}

/** A report of maps that were read. */
export function reportOf(maps: readonly MapPage[], { tool, kernel, host, file, time }: ReportOrigin): Report {
  const texts = { tool: visible(tool), kernel: visible(kernel), host: visible(host), file: visible(file) };
  return { kind: "report", ...texts, time: time.toISOString(), maps };
}

/** Tells whether a map's entries are all in the report, or are none to be had of this map. */
export function isWhole({ kind }: EntriesState): boolean {
  return kind === "ok" || kind === "empty";
}

/** A map that is open, to be read once. */
function borrowed(map: MapSource): WatchedMap {
  const { label, info, origin } = map;
  return { label, info, origin, open: async () => mapView(map, {}, "borrowed") };
}
