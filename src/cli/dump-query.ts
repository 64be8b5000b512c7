import { readQuery } from "../output/read-query.ts";
import type { RowWriter } from "../output/row-writer.ts";
import type { Query } from "../query/query.ts";
import type { ReadReport } from "../reader/entries.ts";
import type { MapSource } from "../reader/map-source.ts";
import { EXIT } from "./exit-codes.ts";
import { openQuery, openWriter, outputFormat, writeCount } from "./open-query.ts";
import type { QueryOptions } from "./query-flags.ts";
import { usage } from "./query-spec.ts";
import { onlyMap, type SelectedMaps } from "./select-maps.ts";
import type { Session } from "./session.ts";

const NO_ROWS: RowWriter = { begin() {}, write() {}, end() {} };

/** Prints the entries of a map that a query keeps, in a format of our own. */
export async function dumpQuery(selected: SelectedMaps, session: Session): Promise<number> {
  const options = session.options.query ?? {};
  checkDialect(session);
  const map = onlyMap(selected);
  if (options.key !== undefined) {
    const { lookupQuery } = await import("./lookup-query.ts");
    return lookupQuery(map, options.key, session);
  }
  if (options.recursive !== undefined) {
    const { dumpRecursively } = await import("./dump-recursive.ts");
    return dumpRecursively(map, session);
  }
  const query = await openQuery(map, session);
  const format = outputFormat(session);
  const counts = options.count !== undefined;
  const report = await readQuery(map, query, counts ? NO_ROWS : await openWriter(query, format, session));
  if (counts) writeCount(query, format, session.out);
  session.out.flush();
  tell(map, query, report, options, session);
  return EXIT.ok;
}

/** Remarks about entries that aren't there. A query that ends early is not incomplete. */
function tell(map: MapSource, query: Query, report: ReadReport, options: QueryOptions, { warn }: Session): void {
  const { kept, unread } = query.counts;
  const endedEarly = options.limit !== undefined && kept >= Number(options.limit);
  if (!report.complete && !endedEarly) warn(`Warning: ${map.label} changed while it was read: entries may be missing`);
  if (unread > 0) warn(`Note: ${unread} entries of ${map.label} are left out: their value could not be read`);
}

/** bpftool's formats have no place for what a query gives. */
export function checkDialect({ options, style }: Session): void {
  if (options.query === undefined || (style === "plain" && options.compat === undefined)) return;
  const given = Object.keys(options.query)[0];
  const other = options.compat !== undefined ? "--compat" : style === "pretty" ? "-p" : "-j";
  throw usage(`--${given} prints in formats of our own: -o ndjson or -o json instead of ${other}`);
}
