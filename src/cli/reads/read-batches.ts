import type { DumpObserver } from "../../output/bpftool/dialect-options.ts";
import type { EntryBatch } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { readError } from "../../reader/read-error.ts";

/**
 * Reads the entries of a map batch by batch. Throws the error that ended the read early, except for INCOMPLETE, which
 * the observer reports.
 */
export async function readBatches(
  map: MapSource,
  { progress, done }: DumpObserver,
  take: (batch: EntryBatch) => void,
): Promise<void> {
  using source = map.entries({ ahead: true });
  for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
    take(batch);
    progress?.(map, source.report.entries);
  }
  done?.(map, source.report);
  if (source.report.errno !== 0) throw readError(map, source.report);
}
