import { readQuery } from "../../output/rows/read-query.ts";
import { unreadNote } from "../../output/rows/unread-note.ts";
import { visible } from "../../output/terminal/visible.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { isMapOfMaps, mapTypeName } from "../../sys/map-types.ts";
import type { ReadWatch } from "../reads/observe-reads.ts";
import { EXIT } from "../result/exit-codes.ts";
import { countKeptRows } from "./count-rows.ts";
import { openQuery, type RowQuery, warnIfEmpty } from "./open-query.ts";
import { openWriter, type RowStyle, writeCount } from "./row-style.ts";

/** A dump in a format of our own. */
export interface RowDump {
  readonly query: RowQuery;
  readonly style: RowStyle;
  /**
   * Asks for the number of rows in place of them. "read": by reading the map even if the kernel knows the
   * number.
   */
  readonly count: "no" | "any" | "read";
  /** Called with the number of rows that were kept of a map. */
  readonly kept: (rows: number) => void;
  /** Begins to watch a read. */
  readonly watchReads: () => ReadWatch;
}

/**
 * Prints maps as tables below each other, each with a line about its map. The status is that of the first that isn't
 * complete.
 */
export async function dumpTables(
  maps: readonly MapSource[],
  dump: (map: MapSource) => Promise<number>,
  { out }: RowStyle,
): Promise<number> {
  let status: number = EXIT.ok;
  for (const [i, map] of maps.entries()) {
    const { id, name, type } = map.info;
    out.text(`${i > 0 ? "\n" : ""}map ${id}: ${mapTypeName(type) ?? type} ${visible(name)}\n`);
    const one = await dump(map);
    status = status === EXIT.ok ? one : status;
  }
  return status;
}

/** Prints the entries of a map that a query keeps, or their number. */
export async function dumpRows(map: MapSource, dump: RowDump): Promise<number> {
  const { query: asked, style, count, watchReads } = dump;
  const query = await openQuery(map, asked);
  if (query.entryTypes.untyped !== undefined && map.types().state === "none" && !isMapOfMaps(map.info.type))
    style.warn(`Note: ${map.label} has no types (--btf, --value-type or --schema give it some); showing bytes`);
  const reads = watchReads();
  if (count === "no") {
    const writer = await openWriter(query, style, map);
    await readQuery(map, query, writer, { ...reads.observer, note: style.warn });
    dump.kept(query.counts.kept);
  } else {
    const rows = knownCount(map, asked, count) ?? (await countKeptRows(map, query, reads));
    dump.kept(rows);
    writeCount(rows, style);
  }
  style.out.flush();
  const { unread } = query.counts;
  if (unread > 0) style.warn(unreadNote(unread, "are left out", map.label));
  warnIfEmpty(query, style.warn, map.label);
  return reads.complete ? EXIT.ok : EXIT.incomplete;
}

/** Returns the number of all entries if the map's memory reveals it and nothing asks for a read. */
function knownCount(map: MapSource, { spec }: RowQuery, count: RowDump["count"]): number | undefined {
  return count === "any" && Object.keys(spec).length === 0 ? map.countFromMemlock?.() : undefined;
}
