import type { MapSource } from "../../reader/map-source.ts";
import type { GivenJson } from "../args/values/json.ts";
import { keyFromJson } from "../maps/json-key.ts";
import { lookupRow } from "../rows/lookup-row.ts";
import { writtenKeyTypes } from "../rows/open-query.ts";
import type { Session } from "../session/session.ts";
import { checkRowFlags, rowQuery, rowStyle } from "./asked/rows.ts";

/** `lookup MAP` and `peek MAP` in a format of our own. */
export async function lookupInOurFormat(map: MapSource, key: Uint8Array | null, session: Session): Promise<number> {
  checkRowFlags(session);
  const { dialect, options } = session;
  const isTypedKey = options.key !== undefined;
  return await lookupRow(map, key, { query: rowQuery(session), isTypedKey, style: rowStyle(session), dialect });
}

/** The bytes of `--key`, by the types and renderers of the map's keys. */
export async function keyOfFlag(map: MapSource, key: GivenJson, session: Session): Promise<Uint8Array> {
  return keyFromJson(key, await writtenKeyTypes(map, rowQuery(session)), map);
}
