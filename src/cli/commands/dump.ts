import { dumpMaps } from "../../output/bpftool/dump.ts";
import { isRingBuffer } from "../../sys/map-types.ts";
import { wrongWords } from "../args/usage.ts";
import { selectMaps } from "../maps/select-maps.ts";
import { observeReads } from "../reads/observe-reads.ts";
import { EXIT, exitOfErrno } from "../result/exit-codes.ts";
import type { Session } from "../session/session.ts";

/** `dump MAP`: exactly one MAP, which may be several maps of a name. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length !== 2) throw wrongWords("dump", words);
  if (session.options.watch) {
    const { run: watch } = await import("./watch.ts");
    return await watch(words, session);
  }
  using selected = await selectMaps(words, session);
  if (isOwnFormat(session)) {
    if (isRingBuffer(selected.maps[0].info.type) && selected.selection.by !== "file") {
      const { dumpPending } = await import("../events/dump-pending.ts");
      return await dumpPending(selected, session);
    }
    const { dumpQuery } = await import("../rows/dump-query.ts");
    return await dumpQuery(selected, session);
  }
  const reads = observeReads(session);
  const { style, dialect, warn } = session;
  const options = { style, dialect, warn, observer: reads.observer };
  const { errno } = await dumpMaps(selected.maps, options, session.out);
  if (!reads.complete && errno === 0 && session.options.compat === undefined) return EXIT.incomplete;
  return exitOfErrno(errno, session.dialect);
}

/** Whether a dump is printed in a format of our own: because an option asks for it, or for a human at a terminal. */
function isOwnFormat({ options, rowFlags, context, style }: Session): boolean {
  if (rowFlags.length > 0) return true;
  return context.stdout.isTerminal && style === "plain" && options.compat === undefined;
}
