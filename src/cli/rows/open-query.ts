import type { Render } from "../../codec/json/json-compiler.ts";
import type { JsonOptions } from "../../codec/json/json-helpers.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import {
  NO_CHOICES,
  parseRender,
  type RenderSources,
  unmetTypes,
  withRenderers,
  wrongPaths,
} from "../../output/render/choose.ts";
import { withNetworkKeys } from "../../output/render/networks.ts";
import { compileRender } from "../../output/render/render.ts";
import type { CellOptions } from "../../output/rows/cells.ts";
import type { OutputFormat } from "../../output/rows/formats.ts";
import { mapEntryTypes } from "../../output/rows/map-entry-types.ts";
import type { RowWriter } from "../../output/rows/row-writer.ts";
import type { EntryTypes } from "../../query/fields/path.ts";
import { compileQuery, type Query, type QuerySpec } from "../../query/query.ts";
import type { MapSource, SnapshotOrigin } from "../../reader/map-source.ts";
import { BPF_MAP_TYPE } from "../../sys/map-types.ts";
import type { Options } from "../args/flags.ts";
import { configPath } from "../maps/config-path.ts";
import type { Session } from "../session/session.ts";
import { querySpec } from "./query-spec.ts";
import { renderContext } from "./render-context.ts";

/** The query that options ask of a map, or another one, with the renderers of its fields chosen. Throws what is wrong with it. */
export async function openQuery(
  map: MapSource,
  session: Session,
  spec: QuerySpec = querySpec(session.options),
): Promise<Query> {
  const { entryTypes, note } = mapEntryTypes(map);
  if (note !== undefined) session.warn(`Note: ${note}`);
  return compileQuery(spec, { entryTypes: await shownEntryTypes(entryTypes, map, session), shape: map.shape });
}

/** The types with the renderers of their fields that the map's type, options and the configuration file choose. */
async function shownEntryTypes(entryTypes: EntryTypes, map: MapSource, session: Session): Promise<EntryTypes> {
  if (session.options.noRender) return entryTypes;
  const typed = map.info.type === BPF_MAP_TYPE.LPM_TRIE ? withNetworkKeys(entryTypes) : entryTypes;
  const sources = await renderSources(typed, map, session);
  for (const type of unmetTypes(sources.asked, typed)) session.warn(`Note: --render: ${map.label} has no type ${type}`);
  for (const mistake of wrongPaths(sources.configured, typed)) session.warn(`Note: ${mistake}`);
  return withRenderers(typed, sources);
}

/** The same for types that are not those of a map's entries. */
export async function renderedEntryTypes(
  entryTypes: EntryTypes,
  map: MapSource,
  session: Session,
): Promise<EntryTypes> {
  if (session.options.noRender) return entryTypes;
  return withRenderers(entryTypes, await renderSources(entryTypes, map, session));
}

/** The format that is asked for; else a table for a terminal, and lines of JSON for a pipe. */
export function outputFormat({ options, context }: Session): OutputFormat {
  return options.output ?? (context.stdout.isTerminal ? "table" : "ndjson");
}

/** What writes the rows of a query in a format. Only that format's code is loaded. */
export async function openWriter(
  query: Query,
  format: OutputFormat,
  session: Session,
  taken?: SnapshotOrigin,
): Promise<RowWriter> {
  const { out, warn, context, options } = session;
  const around = renderContext(context, taken);
  const { openRowWriter } = await import("../../output/rows/open-writer.ts");
  return openRowWriter(query, format, out, {
    json: jsonOptions(options),
    render: (target) => compileRender(target, around),
    isTerminal: context.stdout.isTerminal,
    width: terminalWidth(session),
    color: hasColor(session),
    scale: options.scale,
    csvSafe: options.csvSafe,
    warn,
  });
}

/** How values stand in JSON. `origin`: when and where, for those of a snapshot. */
export function strictOptions(
  { options, context }: Session,
  taken?: SnapshotOrigin,
): JsonOptions & { readonly render: Render } {
  const json = jsonOptions(options);
  return { ...json, render: compileRender(json, renderContext(context, taken)) };
}

/** How values stand in what people read. */
export function cellOptions({ options, context, out }: Session, taken?: SnapshotOrigin): CellOptions {
  return {
    json: jsonOptions(options),
    render: compileRender("text", renderContext(context, taken)),
    shown: out.shown,
  };
}

/** What `--count` prints. */
export function writeCount(count: number, format: OutputFormat, out: OutputBuffer): void {
  const isJson = format === "json" || format === "ndjson";
  out.text(isJson ? `{"count":${count}}\n` : `${count}\n`);
}

async function renderSources(
  entryTypes: EntryTypes,
  map: MapSource,
  { options, context }: Session,
): Promise<RenderSources> {
  const asked = options.render === undefined ? NO_CHOICES : parseRender(options.render, entryTypes);
  const path = configPath(options.config, context.env);
  if (path === undefined) return { asked, configured: NO_CHOICES };
  const { configuredRenderers, readConfig } = await import("../maps/config.ts");
  return { asked, configured: configuredRenderers(readConfig(path), map.info.name) };
}

function jsonOptions({ int64 = "digits", enums = "name" }: Options): JsonOptions {
  return { int64, enums };
}

/** Columns of the terminal; undefined where stdout is none. */
export function terminalWidth({ context: { stdout } }: Session): number | undefined {
  // Some terminals have no size, which is 0.
  return stdout.isTerminal ? stdout.columns?.() || undefined : undefined;
}

/** Whether to print in colours, which pass to the terminal then. NO_COLOR as no-color.org has it: any text but none. */
export function hasColor({ options, context: { stdout, env }, passColours }: Session): boolean {
  const { color } = options;
  const has = color === "always" || (color !== "never" && stdout.isTerminal && (env.NO_COLOR ?? "") === "");
  if (has) passColours();
  return has;
}
