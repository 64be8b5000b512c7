import { dumpMaps } from "../../output/dump.ts";
import { EXIT, exitOfErrno } from "../exit-codes.ts";
import { observeReads } from "../observe-reads.ts";
import { selectMaps } from "../select-maps.ts";
import type { Session } from "../session.ts";
import { wrongWords } from "../usage.ts";

/** `dump MAP`: exactly one MAP, which may be several maps of a name. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length !== 2) throw wrongWords("dump", words);
  using selected = await selectMaps(words, session);
  const reads = observeReads(session);
  const { style, dialect, warn } = session;
  const options = { style, dialect, warn, observer: reads.observer };
  const { errno } = await dumpMaps(selected.maps, options, session.out);
  if (!reads.complete && errno === 0 && session.options.compat === undefined) return EXIT.incomplete;
  return exitOfErrno(errno, session.dialect);
}
