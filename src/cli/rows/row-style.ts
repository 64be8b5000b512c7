import type { JsonOptions } from "../../codec/json/json-options.ts";
import type { Render } from "../../codec/json/json-program.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { ShownText } from "../../codec/text/shown-text.ts";
import type { Scale } from "../../output/hist/hist-scale.ts";
import { compileRender } from "../../output/render/render.ts";
import type { CellOptions } from "../../output/rows/cells.ts";
import type { OutputFormat } from "../../output/rows/formats.ts";
import type { RowWriter } from "../../output/rows/row-writer.ts";
import type { Query } from "../../query/query.ts";
import type { MapSource, SnapshotMoment } from "../../reader/map-source.ts";
import { type LiveOrigin, renderContext } from "../../sdk/machine/render-context.ts";
import type { Screen } from "../session/screen.ts";

/** The style of values. */
export interface ValueStyle {
  readonly json: JsonOptions;
  /** The form of bytes that are not UTF-8, and the count of texts that have some. */
  readonly shown: ShownText;
  /** This machine now, for renderers of the values of live maps. */
  readonly now: LiveOrigin;
}

/** The style of rows, and the output that they go to. */
export interface RowStyle {
  readonly format: OutputFormat;
  readonly values: ValueStyle;
  readonly screen: Screen;
  /** The meaning of the slots of a histogram. */
  readonly scale: Scale | undefined;
  /** Keep spreadsheets from taking cells for formulas. */
  readonly csvSafe: boolean;
  readonly out: OutputBuffer;
  /** Called with a note about columns that do not fit. */
  readonly warn: (line: string) => void;
}

/** Opens the writer of a format, with what only that format needs. `origin` is that of a snapshot's rows. */
export async function openWriter(query: Query, style: RowStyle, origin: MapSource["origin"]): Promise<RowWriter> {
  const { format, values, screen, scale, csvSafe, out, warn } = style;
  const context = renderContext(values.now, origin);
  const { openRowWriter } = await import("../../output/rows/open-writer.ts");
  return openRowWriter(query, format, out, {
    json: values.json,
    render: (target) => compileRender(target, context),
    ...screen,
    scale,
    csvSafe,
    warn,
  });
}

/** Returns the options of values in JSON. `origin` is that of a snapshot. */
export function strictOptions(
  { json, now }: ValueStyle,
  origin: SnapshotMoment | undefined,
): JsonOptions & { readonly render: Render } {
  return { ...json, render: compileRender(json, renderContext(now, origin)) };
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
