import { readQuery } from "../../output/rows/read-query.ts";
import type { RowWriter } from "../../output/rows/row-writer.ts";
import { unreadNote } from "../../output/rows/unread-note.ts";
import { visible } from "../../output/terminal/visible.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { isMapOfMaps, mapTypeName } from "../../sys/map-types.ts";
import { onlyMap, type SelectedMaps } from "../maps/select-maps.ts";
import { observeReads } from "../reads/observe-reads.ts";
import { usage } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import type { Session } from "../session/session.ts";
import { openQuery, openWriter, outputFormat, writeCount } from "./open-query.ts";

const NO_ROWS: RowWriter = { begin() {}, write() {}, end() {} };

/**
 * Prints the entries of a map that a query keeps, in a format of our own. Several maps of a name are several tables; other
 * formats are of one map.
 */
export async function dumpQuery(selected: SelectedMaps, session: Session): Promise<number> {
  const { options } = session;
  checkDialect(session);
  if (options.type !== undefined || options.types !== undefined)
    throw usage(
      `--${options.types === undefined ? "type" : "types"} is for ring buffers: the entries of this map have types of their own`,
    );
  const { maps } = selected;
  if (maps.length > 1 && outputFormat(session) === "table" && options.key === undefined)
    return dumpTables(maps, session);
  const map = onlyMap(selected);
  if (options.key !== undefined) {
    const { lookupQuery } = await import("./lookup-query.ts");
    return lookupQuery(map, { json: options.key }, session);
  }
  return dumpMap(map, session);
}

/** Tables below each other, each with a line about its map. The status is that of the first that isn't complete. */
async function dumpTables(maps: readonly MapSource[], session: Session): Promise<number> {
  let status: number = EXIT.ok;
  for (const [i, map] of maps.entries()) {
    const { id, name, type } = map.info;
    session.out.text(`${i > 0 ? "\n" : ""}map ${id}: ${mapTypeName(type) ?? type} ${visible(name)}\n`);
    const own = await dumpMap(map, session);
    status = status === EXIT.ok ? own : status;
  }
  return status;
}

async function dumpMap(map: MapSource, session: Session): Promise<number> {
  const { options } = session;
  if (options.recursive) {
    const { dumpRecursively } = await import("./dump-recursive.ts");
    return dumpRecursively(map, session);
  }
  const query = await openQuery(map, session);
  if (query.entryTypes.untyped !== undefined && map.types().state === "none" && !isMapOfMaps(map.info.type))
    session.warn(`Note: ${map.label} has no types (--btf, --value-type or --schema give it some); showing bytes`);
  const format = outputFormat(session);
  const counts = options.count;
  const reads = observeReads(session);
  const writer = counts ? NO_ROWS : await openWriter(query, format, session, map.origin);
  await readQuery(map, query, writer, { ...reads.observer, note: session.warn });
  if (counts) writeCount(query.counts.kept, format, session.out);
  session.out.flush();
  const { unread } = query.counts;
  if (unread > 0) session.warn(unreadNote(unread, "are left out", map.label));
  return reads.complete ? EXIT.ok : EXIT.incomplete;
}

/** bpftool's formats have no place for what a query gives. */
export function checkDialect({ options, rowFlags, style }: Session): void {
  const [given] = rowFlags;
  if (given === undefined || (style === "plain" && options.compat === undefined)) return;
  const other = options.compat !== undefined ? "--compat" : style === "pretty" ? "-p" : "-j";
  throw usage(`--${given} prints in formats of our own: -o ndjson or -o json instead of ${other}`);
}
