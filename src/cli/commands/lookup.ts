import { lookupInMap } from "../../output/bpftool/lookup.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { wrongWords } from "../args/usage.ts";
import { callFailure } from "../maps/bpftool-answers.ts";
import { withDecoded } from "../maps/decoded-maps.ts";
import { parseKey } from "../maps/key-data.ts";
import { onlyMap, selectMaps } from "../maps/select-maps.ts";
import { exitOfErrno } from "../result/exit-codes.ts";
import type { Session } from "../session/session.ts";
import { mapFinder, typeSources } from "./asked/maps.ts";

/** `lookup MAP key DATA`, and `peek MAP`: the same for a map without keys. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length < 2) throw wrongWords("lookup", words);
  using selected = await selectMaps(words, mapFinder(session), typeSources(session));
  const map = await mapOfKey(onlyMap(selected), session);
  const key = await keyOf(map, words.slice(2), session);
  if (asksForRow(session)) {
    const { lookupInOurFormat } = await import("./lookup-row.ts");
    return await lookupInOurFormat(map, key, session);
  }
  try {
    const { errno } = await lookupInMap(map, key, session, session.out);
    return exitOfErrno(errno, session.dialect);
  } catch (error) {
    throw callFailure(error, "lookup failed", session.dialect);
  }
}

/** A key in JSON is one of the values that bpftool printed, where nothing says which types the bytes have. */
async function mapOfKey(map: MapSource, { options, warn }: Session): Promise<MapSource> {
  if (options.key === undefined) return map;
  const [shown] = await withDecoded([map], warn);
  return shown;
}

/** Returns the key's bytes, given as bytes or as JSON; null for a map without keys. */
async function keyOf(map: MapSource, words: readonly string[], session: Session): Promise<Uint8Array | null> {
  const { keySize } = map.info;
  const { key } = session.options;
  if (key === undefined) {
    const binary = session.dialect.readsBinaryNumbers;
    return parseKey(words, { keySize, wanted: keySize > 0, binary, warn: session.warn });
  }
  if (words.length > 0) throw wrongWords("lookup", words);
  const { keyOfFlag } = await import("./lookup-row.ts");
  return await keyOfFlag(map, key, session);
}

/** `--key` alone does not change the format. */
function asksForRow({ rowFlags }: Session): boolean {
  return rowFlags.some((name) => name !== "key");
}
