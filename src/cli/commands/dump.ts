import type { ReadObserver } from "../../output/dialect-options.ts";
import { dumpMaps } from "../../output/dump.ts";
import { EXIT, exitOfErrno } from "../exit-codes.ts";
import { progressLine } from "../progress.ts";
import { incompleteness, reportLine } from "../read-report.ts";
import { selectMaps } from "../select-maps.ts";
import type { Session } from "../session.ts";
import { wrongWords } from "../usage.ts";

/** `dump MAP`: exactly one MAP, which may be several maps of a name. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length !== 2) throw wrongWords("dump", words);
  using selected = await selectMaps(words, session);
  const watched = { complete: true };
  const { style, dialect, warn } = session;
  const observer = observe(session, watched);
  const { errno } = await dumpMaps(selected.maps, { style, dialect, warn, observer }, session.out);
  if (!watched.complete && errno === 0 && session.options.compat === undefined) return EXIT.incomplete;
  return exitOfErrno(errno, session.dialect);
}

/** Shows progress, reports each read if that was asked for, and tells of reads that have gaps. */
function observe({ context, options, warn }: Session, watched: { complete: boolean }): ReadObserver {
  const line = options["no-progress"] ? {} : progressLine(context);
  let start = context.clock();
  return {
    progress: (map, entries) => line.progress?.(map, entries),
    done(map, report) {
      line.done?.(map, report);
      const missing = incompleteness(map, report);
      if (missing !== undefined) {
        watched.complete = false;
        warn(`Warning: ${missing}`);
      }
      if (options.report) warn(reportLine(map, report, (context.clock() - start) / 1000, options.json));
      start = context.clock();
    },
  };
}
