import type { DumpObserver } from "../../output/bpftool/dialect-options.ts";
import type { MapSource } from "../../reader/map-source.ts";
import type { Context } from "../session/context.ts";

/** The duration of a read from which on progress is shown. */
const PATIENCE_MS = 1000;
const EVERY_MS = 200;

/**
 * Returns an observer that shows the progress of a long read on stderr, in one line that is overwritten and removed at
 * the end. It does so only on a terminal, and only if stdout is none: there the output itself shows progress.
 */
export function progressLine({ stdout, stderr, clock }: Pick<Context, "stdout" | "stderr" | "clock">): DumpObserver {
  if (!stderr.isTerminal || stdout.isTerminal) return {};
  let next = clock() + PATIENCE_MS;
  let shown = false;
  return {
    progress(map, entries) {
      if (clock() < next) return;
      next = clock() + EVERY_MS;
      shown = true;
      stderr.write(Buffer.from(`\r\x1b[K${progressText(map, entries)}`));
    },
    done() {
      if (shown) stderr.write(Buffer.from("\r\x1b[K"));
      shown = false;
    },
  };
}

function progressText({ info }: MapSource, entries: number): string {
  return `map id ${info.id}: ${entries.toLocaleString("en")} of at most ${info.maxEntries.toLocaleString("en")} entries`;
}
