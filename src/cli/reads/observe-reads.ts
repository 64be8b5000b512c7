import type { DumpObserver } from "../../output/bpftool/dialect-options.ts";
import type { Session } from "../session/session.ts";
import { progressLine } from "./progress.ts";
import { incompleteness, reportLine } from "./read-report.ts";

/** Watches the reads of a command. */
export interface ReadWatch {
  readonly observer: DumpObserver;
  /** All reads so far were complete, or ended by an errno. */
  readonly complete: boolean;
}

/** Shows progress, reports each read if that was asked for, and tells of reads that have gaps. */
export function observeReads({ context, options, warn }: Session): ReadWatch {
  const line = options.noProgress ? {} : progressLine(context);
  let start = context.clock();
  let complete = true;
  const observer: DumpObserver = {
    progress: (map, entries) => line.progress?.(map, entries),
    done(map, report) {
      line.done?.(map, report);
      const missing = incompleteness(map, report);
      if (missing !== undefined) {
        complete = false;
        warn(`Warning: ${missing}`);
      }
      if (options.report) warn(reportLine(map, report, (context.clock() - start) / 1000, options.json));
      start = context.clock();
    },
  };
  return {
    observer,
    get complete() {
      return complete;
    },
  };
}
