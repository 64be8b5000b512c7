import { isColumnFormat } from "../../output/columns/formats.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { interruptibleMap } from "../../sdk/machine/interruptible.ts";
import { withDecoded } from "../maps/decoded-maps.ts";
import { onlyMap, type SelectedMaps } from "../maps/select-maps.ts";
import { usage } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import { dumpRows, dumpTables, type RowDump } from "../rows/dump-rows.ts";
import type { RowStyle } from "../rows/row-style.ts";
import type { Session } from "../session/session.ts";
import { watchReads } from "./asked/maps.ts";
import { checkRowFlags, rowQuery, rowStyle } from "./asked/rows.ts";

/** `dump MAP` in a format of our own. Several maps of a name are several tables; other formats are of one map. */
export async function dumpInOurFormat(named: SelectedMaps, session: Session): Promise<number> {
  const { options, warn } = session;
  const selected = { ...named, maps: await withDecoded(named.maps, warn) };
  checkRowFlags(session);
  checkEventTypes(session);
  const { to } = options;
  const style = rowStyle(session);
  if (to === undefined) {
    if (options.countOnly && isColumnFormat(style.format))
      throw usage(`--count-only prints a number, which -o ${style.format} has no place for`);
    return await dumpRowsOf(selected, style, session);
  }
  const { dumpToFile, formatOfFile } = await import("./dump-file.ts");
  const format = options.output ?? formatOfFile(to) ?? style.format;
  return await dumpToFile(to, { ...style, format }, session, (file) => {
    const [first, ...others] = selected.maps.map((map) => interruptibleMap(map, file.turns));
    return dumpRowsOf({ ...selected, maps: [first ?? selected.maps[0], ...others] }, file.style, session);
  });
}

/** Prints the rows of maps in a style. */
async function dumpRowsOf(selected: SelectedMaps, style: RowStyle, session: Session): Promise<number> {
  const { options, kernel, dialect } = session;
  const query = rowQuery(session);
  if (options.key !== undefined) {
    const { lookupRow } = await import("../rows/lookup-row.ts");
    return await lookupRow(onlyMap(selected), { json: options.key }, { query, isTypedKey: true, style, dialect });
  }
  const count = options.countOnly ? (options.report ? "read" : "any") : "no";
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
