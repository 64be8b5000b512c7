import type { JsonOptions } from "../../codec/json/json-options.ts";
import type { Render } from "../../codec/json/json-program.ts";
import { strictJsonString } from "../../codec/json/strict-json.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { ShownText } from "../../codec/text/shown-text.ts";
import type { ColumnOptions } from "../../output/columns/column-options.ts";
import { type ColumnFormat, isColumnFormat } from "../../output/columns/formats.ts";
import type { TableOrigin } from "../../output/columns/origin-notes.ts";
import type { Scale } from "../../output/hist/hist-scale.ts";
import { compileRender } from "../../output/render/render.ts";
import type { CellOptions } from "../../output/rows/cells.ts";
import type { OutputFormat } from "../../output/rows/formats.ts";
import type { RowWriter } from "../../output/rows/row-writer.ts";
import type { Query } from "../../query/query.ts";
import type { SnapshotMoment } from "../../reader/map-source.ts";
import { type LiveOrigin, renderContext } from "../../sdk/machine/render-context.ts";
import { type DescribedMap, tableOrigin } from "../../sdk/machine/table-origin.ts";
import { packageVersion } from "../package/package-files.ts";
import type { Screen } from "../session/screen.ts";

/** The style of values. */
export interface ValueStyle {
  readonly json: JsonOptions;
  /** The form of bytes that are not UTF-8, and the count of texts that have some. */
  readonly shown: ShownText;
  /** This machine now, for renderers of the values of live maps. */
  readonly now: LiveOrigin;
}

/** The formats of rows: of text, or of columns. */
export type RowsFormat = OutputFormat | ColumnFormat;

/** The style of rows, and the output that they go to. */
export interface RowStyle {
  readonly format: RowsFormat;
  readonly values: ValueStyle;
  readonly screen: Screen;
  /** The meaning of the slots of a histogram. */
  readonly scale: Scale | undefined;
  /** Keep spreadsheets from taking cells for formulas. */
  readonly csvSafe: boolean;
  /** Lines of JSON begin with the host, the map and the time. */
  readonly withMeta: boolean;
  readonly out: OutputBuffer;
  /** Called with a note about columns that do not fit. */
  readonly warn: (line: string) => void;
}

/** Opens the writer of a format, with what only that format needs. `source` is the map that the rows are from. */
export async function openWriter(query: Query, style: RowStyle, source: DescribedMap | undefined): Promise<RowWriter> {
  const { format, values, screen, scale, csvSafe, withMeta, out, warn } = style;
  const context = renderContext(values.now, source?.origin);
  if (isColumnFormat(format)) {
    const { openColumnWriter } = await import("../../output/columns/open-columns.ts");
    const { originNotes } = await import("../../output/columns/origin-notes.ts");
    const notes = originNotes(tableOrigin(source, values.now, packageVersion()));
    return openColumnWriter(query, format, out, { fill: fillOptions(values, source?.origin), notes, warn });
  }
  const { openRowWriter } = await import("../../output/rows/open-writer.ts");
  return openRowWriter(query, format, out, {
    json: values.json,
    render: (target) => compileRender(target, context),
    ...screen,
    scale,
    csvSafe,
    ...(withMeta ? { leading: metaMembers(tableOrigin(source, values.now, packageVersion())) } : {}),
    warn,
  });
}

/** The host, the map and the time as members of an object. A snapshot doesn't tell its host. */
function metaMembers({ host, map, time }: TableOrigin): string {
  const name = host === undefined ? "null" : strictJsonString(host);
  const of = map === undefined ? "null" : `{"id":${map.id},"name":${strictJsonString(map.name)}}`;
  return `"host":${name},"map":${of},"time":"${time.toISOString()}",`;
}

/** Returns the options of values in JSON. `origin` is that of a snapshot. */
export function strictOptions(
  { json, now }: ValueStyle,
  origin: SnapshotMoment | undefined,
): JsonOptions & { readonly render: Render } {
  return { ...json, render: compileRender(json, renderContext(now, origin)) };
}

/** Returns the options of values in columns. `origin` is that of a snapshot. */
export function fillOptions(
  { json, shown, now }: ValueStyle,
  origin: SnapshotMoment | undefined,
): ColumnOptions["fill"] {
  return { enums: json.enums, shown, around: renderContext(now, origin) };
}

/** Returns the options of values in tables. `origin` is that of a snapshot. */
export function cellOptions({ json, shown, now }: ValueStyle, origin: SnapshotMoment | undefined): CellOptions {
  return { json, shown, render: compileRender("text", renderContext(now, origin)) };
}

/** Prints a number in place of rows. */
export function writeCount(count: number, { format, out }: RowStyle): void {
  const isJson = format === "json" || format === "ndjson";
  out.text(isJson ? `{"count":${count}}\n` : `${count}\n`);
}
