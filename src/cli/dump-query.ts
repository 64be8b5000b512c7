import type { Render } from "../codec/json-code.ts";
import type { JsonOptions } from "../codec/json-helpers.ts";
import type { CellOptions } from "../output/cells.ts";
import { JsonRows } from "../output/json-rows.ts";
import { mapSides } from "../output/map-sides.ts";
import { readQuery } from "../output/read-query.ts";
import type { RowWriter } from "../output/row-writer.ts";
import type { TableOptions } from "../output/table.ts";
import { compileQuery, type Query } from "../query/query.ts";
import type { MapSource } from "../reader/map-source.ts";
import { EXIT } from "./exit-codes.ts";
import type { OutputFormat, QueryOptions } from "./query-flags.ts";
import { querySpec, usage } from "./query-spec.ts";
import { onlyMap, type SelectedMaps } from "./select-maps.ts";
import type { Session } from "./session.ts";

/** Prints the entries of maps that a query keeps, in a format of our own. */
export async function dumpQuery(selected: SelectedMaps, session: Session): Promise<number> {
  const options = session.options.query ?? {};
  checkDialect(session);
  const format = outputFormat(options, session);
  const map = onlyMap(selected);
  await dumpMap(map, format, options, session);
  return EXIT.ok;
}

async function dumpMap(map: MapSource, format: OutputFormat, options: QueryOptions, session: Session): Promise<void> {
  const { sides, note } = mapSides(map);
  const query = compileQuery(querySpec(options), { sides, shape: map.shape });
  if (note !== undefined) session.warn(`Note: ${note}`);
  const writer = options.count === undefined ? await rowWriter(query, format, options, session) : NO_ROWS;
  const report = await readQuery(map, query, writer);
  if (options.count !== undefined) session.out.text(countText(query, format));
  session.out.flush();
  if (!report.complete) warnOfIncomplete(query, options, map, session);
  const { unread } = query.counts;
  if (unread > 0) session.warn(`Note: ${unread} entries of ${map.label} are left out: their value could not be read`);
}

/** A query that ends early is not incomplete. */
function warnOfIncomplete(query: Query, options: QueryOptions, { label }: MapSource, { warn }: Session): void {
  if (options.limit !== undefined && query.counts.kept >= Number(options.limit)) return;
  warn(`Warning: ${label} changed while it was read: entries may be missing`);
}

const NO_ROWS: RowWriter = { begin() {}, write() {}, end() {} };
const NO_RENDERING: Render = () => undefined;

/** Writes the rows of a query in a format to the session's output. */
export async function rowWriter(
  query: Query,
  format: OutputFormat,
  options: QueryOptions,
  session: Session,
): Promise<RowWriter> {
  const cells: CellOptions = { json: jsonOptions(options), render: NO_RENDERING };
  switch (format) {
    case "json":
    case "ndjson":
      return new JsonRows(query, session.out, {
        ...jsonOptions(options),
        array: format === "json",
        render: NO_RENDERING,
      });
    case "table": {
      const { TableRows } = await import("../output/table.ts");
      return new TableRows(query, session.out, { ...cells, ...terminalOf(options, session) });
    }
    default:
      throw usage(`-o ${format} is not there`);
  }
}

/** How wide the output may be, and whether it has colours. */
function terminalOf(options: QueryOptions, { context, warn }: Session): Pick<TableOptions, "width" | "color" | "warn"> {
  const { stdout, env } = context;
  const auto = stdout.isTerminal && (env.NO_COLOR ?? "") === "";
  const color = options.color === "always" || (options.color !== "never" && auto);
  return { width: stdout.isTerminal ? stdout.columns?.() : undefined, color, warn };
}

/** How JSON is written. */
export function jsonOptions({ int64, enums }: QueryOptions): JsonOptions {
  return { int64: int64 === "string" ? "string" : "digits", enums: (enums as JsonOptions["enums"]) ?? "name" };
}

function countText({ counts }: Query, format: OutputFormat): string {
  return format === "json" || format === "ndjson" ? `{"count":${counts.kept}}\n` : `${counts.kept}\n`;
}

function outputFormat(options: QueryOptions, { context }: Session): OutputFormat {
  return (options.output as OutputFormat | undefined) ?? (context.stdout.isTerminal ? "table" : "ndjson");
}

/** bpftool's formats have no place for what a query gives. */
function checkDialect({ options, style }: Session): void {
  if (options.query === undefined || (style === "plain" && options.compat === undefined)) return;
  const given = Object.keys(options.query)[0];
  const other = options.compat !== undefined ? "--compat" : style === "pretty" ? "-p" : "-j";
  throw usage(`--${given} prints in formats of our own: -o ndjson or -o json instead of ${other}`);
}
