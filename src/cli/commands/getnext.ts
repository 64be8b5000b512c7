import { nextKeyOfMap } from "../../output/bpftool/getnext.ts";
import { wrongWords } from "../args/usage.ts";
import { callFailure } from "../maps/bpftool-answers.ts";
import { parseKey } from "../maps/key-data.ts";
import { onlyMap, selectMaps } from "../maps/select-maps.ts";
import { EXIT } from "../result/exit-codes.ts";
import type { Session } from "../session/session.ts";
import { mapFinder, typeSources } from "./asked/maps.ts";

/** `getnext MAP [key DATA]`: prints the key after a key; without one, the first key. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length < 2) throw wrongWords("getnext", words);
  using selected = await selectMaps(words, mapFinder(session), typeSources(session));
  const map = onlyMap(selected);
  const binary = session.dialect.readsBinaryNumbers;
  const question = { keySize: map.info.keySize, wanted: words.length > 2, binary, warn: session.warn };
  const key = parseKey(words.slice(2), question);
  try {
    await nextKeyOfMap(map, key, session, session.out);
    return EXIT.ok;
  } catch (error) {
    throw callFailure(error, "can't get next key", session.dialect);
  }
}
