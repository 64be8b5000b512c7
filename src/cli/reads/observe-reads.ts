import type { DumpObserver } from "../../output/bpftool/dialect-options.ts";
import { readError } from "../../reader/read-error.ts";
import { reportLine } from "./read-report.ts";

/** Watches the reads of a command. */
export interface ReadWatch {
  readonly observer: DumpObserver;
  /** All reads so far were complete, or ended by an errno. */
  readonly complete: boolean;
}

/** How reads are reported. */
export interface ReadNotes {
  /** Shows how far a read is. */
  readonly progress: DumpObserver;
  /** Report each read, in words or as JSON. */
  readonly report: "words" | "json" | undefined;
  readonly clock: () => number;
  readonly warn: (line: string) => void;
}

/** Shows progress, reports each read if that was asked for, and warns of reads that have gaps. */
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
