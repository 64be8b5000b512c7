import type { DumpObserver } from "../../output/bpftool/dialect-options.ts";
import { readError } from "../../reader/read-error.ts";
import { reportLine } from "./read-report.ts";

/** The observer of a command's reads. */
export interface ReadWatch {
  readonly observer: DumpObserver;
  /** True if all reads so far were complete, or ended by an errno. */
  readonly complete: boolean;
}

/** The reporting of reads. */
export interface ReadNotes {
  /** Shows the progress of a read. */
  readonly progress: DumpObserver;
  /** The form of the report of each read, if there is one. */
  readonly report: "words" | "json" | undefined;
  readonly clock: () => number;
  readonly warn: (line: string) => void;
}

/** Returns an observer that shows progress, reports reads on request, and warns of reads with gaps. */
export function observeReads({ progress: line, report: form, clock, warn }: ReadNotes): ReadWatch {
  let start = clock();
  let complete = true;
  const observer: DumpObserver = {
    progress: (map, entries) => line.progress?.(map, entries),
    done(map, report) {
      line.done?.(map, report);
      const problem = readError(map, report);
      if (problem?.code === "INCOMPLETE") {
        complete = false;
        warn(`Warning: ${problem.message}`);
      }
      if (form !== undefined) warn(reportLine(map, report, (clock() - start) / 1000, form));
      start = clock();
    },
  };
  return {
    observer,
    get complete() {
      return complete;
    },
  };
}
