import {
  NO_CHOICES,
  parseRender,
  type RenderSources,
  unmetTypes,
  withRenderers,
  wrongPaths,
} from "../../output/render/choose.ts";
import { withNetworkKeys } from "../../output/render/networks.ts";
import { mapEntryTypes } from "../../output/rows/map-entry-types.ts";
import type { QueryClock } from "../../query/cel/terms/clock.ts";
import type { EntryTypes } from "../../query/fields/path.ts";
import type { QueryText } from "../../query/fields/query-error.ts";
import { keyedGroups } from "../../query/follow/keyed-groups.ts";
import { compileQuery, emptyNote, type Query, type QuerySpec } from "../../query/query.ts";
import type { MapSource, SnapshotMoment } from "../../reader/map-source.ts";
import type { WatchQuery } from "../../sdk/watch/watcher.ts";
import { BPF_MAP_TYPE } from "../../sys/map-types.ts";
import type { ConfigFile } from "../maps/config-files.ts";

/** The choice of renderers for fields; "none" for numbers and bytes as they are. */
export type RendererChoice =
  | "none"
  | {
      /** `--render`. */
      readonly asked: QueryText | undefined;
      readonly configFile: ConfigFile | undefined;
      /**
       * True for output that people read: fields are rendered by their type and name, too. Never where values are
       * written.
       */
      readonly byName: boolean;
    };

/** A query, with the renderers of the fields that it shows. */
export interface RowQuery {
  readonly spec: QuerySpec;
  readonly renderers: RendererChoice;
  /** The clock of `now()`: of this machine, or of the snapshot that a map comes from. */
  readonly clock: (origin: SnapshotMoment | undefined) => QueryClock;
  /** Called with a note about a choice that has no effect on a map. */
  readonly warn: (line: string) => void;
}

/** Compiles a query for a map. Throws QUERY_INVALID. */
export async function openQuery(map: MapSource, query: RowQuery): Promise<Query> {
  const { entryTypes, note } = mapEntryTypes(map);
  if (note !== undefined) query.warn(`Note: ${note}`);
  const shown = await shownEntryTypes(entryTypes, map, query);
  return compileQuery(query.spec, { entryTypes: shown, shape: map.shape, clock: query.clock(map.origin) });
}

/** The types by which a key is written: as it is in pipes, whatever people see. */
export async function writtenKeyTypes(map: MapSource, query: RowQuery): Promise<EntryTypes> {
  const { renderers } = query;
  const written = renderers === "none" ? renderers : { ...renderers, byName: false };
  return await shownEntryTypes(mapEntryTypes(map).entryTypes, map, {
    ...query,
    renderers: written,
    warn: () => undefined,
  });
}

/** The same query for a map that is watched. */
export function watchQuery(query: RowQuery): WatchQuery {
  return { spec: query.spec, compile: async (map, spec) => keyedGroups(await openQuery(map, { ...query, spec })) };
}

/** Prints why a query that has run gave nothing, if its condition looks like a mistake. */
export function warnIfEmpty(query: Query, warn: (line: string) => void, label?: string): void {
  const note = emptyNote(query, label);
  if (note !== undefined) warn(note);
}

/** Returns the types with renderers that the map's type, the command line and the configuration choose. */
async function shownEntryTypes(
  entryTypes: EntryTypes,
  map: MapSource,
  { renderers, warn }: RowQuery,
): Promise<EntryTypes> {
  if (renderers === "none") return entryTypes;
  const typed = map.info.type === BPF_MAP_TYPE.LPM_TRIE ? withNetworkKeys(entryTypes) : entryTypes;
  const sources = await renderSources(typed, map, renderers);
  for (const type of unmetTypes(sources.asked, typed)) warn(`Note: --render: ${map.label} has no type ${type}`);
  for (const mistake of wrongPaths(sources.configured, typed)) warn(`Note: ${mistake}`);
  return withRenderers(typed, sources);
}

/** Returns types that are not those of a map's entries with their renderers. */
export async function renderedEntryTypes(
  entryTypes: EntryTypes,
  map: MapSource,
  renderers: RendererChoice,
): Promise<EntryTypes> {
  if (renderers === "none") return entryTypes;
  return withRenderers(entryTypes, await renderSources(entryTypes, map, renderers));
}

async function renderSources(
  entryTypes: EntryTypes,
  map: MapSource,
  renderers: Exclude<RendererChoice, "none">,
): Promise<RenderSources> {
  const asked = renderers.asked === undefined ? NO_CHOICES : parseRender(renderers.asked, entryTypes);
  const { configFile, byName } = renderers;
  if (configFile === undefined) return { asked, configured: NO_CHOICES, byName };
  const { configuredRenderers, readConfig } = await import("../maps/config.ts");
  return { asked, configured: configuredRenderers(readConfig(configFile), map.info.name), byName };
}
