import { readQuery } from "../output/read-query.ts";
import type { RowWriter } from "../output/row-writer.ts";
import { EXIT } from "./exit-codes.ts";
import { observeReads } from "./observe-reads.ts";
import { openQuery, openWriter, outputFormat, writeCount } from "./open-query.ts";
import { usage } from "./query-spec.ts";
import { onlyMap, type SelectedMaps } from "./select-maps.ts";
import type { Session } from "./session.ts";

const NO_ROWS: RowWriter = { begin() {}, write() {}, end() {} };

/** Prints the entries of a map that a query keeps, in a format of our own. */
export async function dumpQuery(selected: SelectedMaps, session: Session): Promise<number> {
  const options = session.options.query ?? {};
  checkDialect(session);
  const [event] = Object.keys(session.options.events ?? {});
  if (event !== undefined)
    throw usage(`--${event} is for ring buffers: the entries of this map have types of their own`);
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
  const reads = observeReads(session);
  const writer = counts ? NO_ROWS : await openWriter(query, format, session);
  await readQuery(map, query, writer, reads.observer);
  if (counts) writeCount(query, format, session.out);
  session.out.flush();
  const { unread } = query.counts;
  if (unread > 0) session.warn(`Note: ${unread} entries of ${map.label} are left out: their value could not be read`);
  return reads.complete ? EXIT.ok : EXIT.incomplete;
}

/** bpftool's formats have no place for what a query gives. */
export function checkDialect({ options, style }: Session): void {
  if (options.query === undefined || (style === "plain" && options.compat === undefined)) return;
  const given = Object.keys(options.query)[0];
  const other = options.compat !== undefined ? "--compat" : style === "pretty" ? "-p" : "-j";
  throw usage(`--${given} prints in formats of our own: -o ndjson or -o json instead of ${other}`);
}
