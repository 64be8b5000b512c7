import { dumpMaps } from "../../output/dump.ts";
import { exitOfErrno } from "../exit-codes.ts";
import { selectMaps } from "../select-maps.ts";
import type { Session } from "../session.ts";
import { wrongWords } from "../usage.ts";

/** `dump MAP`: exactly one MAP, which may be several maps of a name. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length !== 2) throw wrongWords("dump", words);
  using selected = await selectMaps(words, session);
  const { errno } = await dumpMaps(selected.maps, session, session.out);
  return exitOfErrno(errno, session.dialect);
}
