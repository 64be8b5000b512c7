import type { MapSource } from "../../reader/map-source.ts";
import { withDecoded } from "../maps/decoded-maps.ts";
import { onlyMap, type SelectedMaps } from "../maps/select-maps.ts";
import { usage } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import { dumpRows, dumpTables, type RowDump } from "../rows/dump-rows.ts";
import type { Session } from "../session/session.ts";
import { watchReads } from "./asked/maps.ts";
import { checkRowFlags, rowQuery, rowStyle } from "./asked/rows.ts";

/** `dump MAP` in a format of our own. Several maps of a name are several tables; other formats are of one map. */
export async function dumpInOurFormat(named: SelectedMaps, session: Session): Promise<number> {
  const { options, kernel, dialect, warn } = session;
  const selected = { ...named, maps: await withDecoded(named.maps, warn) };
  checkRowFlags(session);
  checkEventTypes(session);
  const style = rowStyle(session);
  const query = rowQuery(session);
  if (options.key !== undefined) {
    const { lookupRow } = await import("../rows/lookup-row.ts");
    return await lookupRow(onlyMap(selected), { json: options.key }, { query, isTypedKey: true, style, dialect });
  }
  const count = options.count ? (options.report ? "read" : "any") : "no";
  let kept = 0;
  const countKept = (rows: number): void => {
    kept += rows;
  };
  const dump: RowDump = { query, style, count, kept: countKept, watchReads: () => watchReads(session) };
  const { dumpRecursively } = options.recursive
    ? await import("../rows/dump-recursive.ts")
    : { dumpRecursively: undefined };
  const dumpOne = (map: MapSource): Promise<number> => dumpRecursively?.(map, dump, kernel) ?? dumpRows(map, dump);
  const isSeveral = style.format === "table" && selected.maps.length > 1;
  const status = await (isSeveral ? dumpTables(selected.maps, dumpOne, style) : dumpOne(onlyMap(selected)));
  return status === EXIT.ok && kept === 0 && options.failEmpty ? EXIT.empty : status;
}

function checkEventTypes({ options }: Session): void {
  const given = options.type !== undefined ? "type" : options.types !== undefined ? "types" : undefined;
  if (given === undefined) return;
  throw usage(`--${given} is for ring buffers: --key-type and --value-type give the entries of this map types`);
}
