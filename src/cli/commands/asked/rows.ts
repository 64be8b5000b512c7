import { isColumnFormat } from "../../../output/columns/formats.ts";
import type { QueryClock } from "../../../query/cel/terms/clock.ts";
import type { SnapshotMoment } from "../../../reader/map-source.ts";
import { queryClock } from "../../../sdk/machine/query-clock.ts";
import { configFiles } from "../../maps/config-files.ts";
import { usage } from "../../result/command-error.ts";
import type { RendererChoice, RowQuery } from "../../rows/open-query.ts";
import type { RowStyle, RowsFormat, ValueStyle } from "../../rows/row-style.ts";
import { screenOf } from "../../session/screen.ts";
import type { Session } from "../../session/session.ts";
import { askedQuery } from "./maps.ts";

/** The query of the command line, with the renderers that it and the configuration choose. */
export function rowQuery(session: Session): RowQuery {
  const { context, warn } = session;
  const clock = (origin?: SnapshotMoment): QueryClock => queryClock(context, origin);
  return { spec: askedQuery(session), renderers: rendererChoice(session), clock, warn };
}

/** The renderers that the command line and the configuration choose. */
export function rendererChoice({ options, style, context: { env, uid, stdout } }: Session): RendererChoice {
  if (options.noRender) return "none";
  const { file: configFile } = configFiles(options.config, { env, uid, warn: () => undefined });
  return { asked: options.render, configFile, byName: stdout.isTerminal && style === "plain" && isForPeople(options) };
}

/** Tells whether a format is for people to read, if it is printed on a terminal. */
function isForPeople({ output, changesOutput, reportOutput, format: ofSchema, to }: Session["options"]): boolean {
  const format = output ?? changesOutput ?? reportOutput ?? ofSchema;
  return to === undefined && (format === undefined || format === "table" || format === "hist");
}

/** The form of values that the command line asks for. */
export function valueStyle({ options: { int64 = "digits", enums = "name" }, context, out }: Session): ValueStyle {
  return { json: { int64, enums }, shown: out.shown, now: context.origin };
}

/**
 * The form of rows that the command line asks for: without -o a table on a terminal, lines of JSON in a pipe. Throws
 * USAGE for a format of bytes on a terminal.
 */
export function rowStyle(session: Session): RowStyle {
  const { options, context } = session;
  const format = options.output ?? (context.stdout.isTerminal ? "table" : "ndjson");
  checkTerminal(format, context.stdout.isTerminal && options.to === undefined);
  return { ...formlessStyle(session), format };
}

/** Throws USAGE for a format of bytes on a terminal. */
export function checkTerminal(format: RowsFormat, isTerminal: boolean): void {
  if (isTerminal && isColumnFormat(format))
    throw usage(
      `-o ${format} prints bytes, and stdout is a terminal (pipe it or redirect it to a file; dump has --to FILE)`,
    );
}

/** The form of rows but for the format. */
export function formlessStyle(session: Session): Omit<RowStyle, "format"> {
  const { options, out, warn } = session;
  return {
    values: valueStyle(session),
    screen: screenOf(session),
    scale: options.scale,
    csvSafe: options.csvSafe,
    withMeta: options.withMeta,
    out,
    warn,
  };
}

/** Throws USAGE for a flag that asks for rows together with bpftool's formats, which have no place for them. */
export function checkRowFlags({ options, rowFlags, style }: Session): void {
  const [given] = rowFlags;
  if (given === undefined || (style === "plain" && options.compat === undefined)) return;
  const other = options.compat !== undefined ? "--compat" : style === "pretty" ? "-p" : "-j";
  throw usage(`--${given} works with our own formats only: use -o ndjson or -o json instead of ${other}`);
}
