import { lookupInMap } from "../../output/lookup.ts";
import { callFailure } from "../bpftool-answers.ts";
import { exitOfErrno } from "../exit-codes.ts";
import { parseKey } from "../key-data.ts";
import { onlyMap, selectMaps } from "../select-maps.ts";
import type { Session } from "../session.ts";
import { wrongWords } from "../usage.ts";

/** `lookup MAP key DATA`, and `peek MAP`, which is the same for a map without keys. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length < 2) throw wrongWords("lookup", words);
  using selected = await selectMaps(words, session);
  const map = onlyMap(selected);
  const { keySize } = map.info;
  const binary = session.dialect.readsBinaryNumbers;
  const key = parseKey(words.slice(2), { keySize, wanted: keySize > 0, binary, warn: session.warn });
  try {
    const { errno } = await lookupInMap(map, key, session, session.out);
    return exitOfErrno(errno, session.dialect);
  } catch (error) {
    throw callFailure(error, "lookup failed", session.dialect);
  }
}
