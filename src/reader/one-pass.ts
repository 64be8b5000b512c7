import { mapTypeFacts } from "../sys/map-types.ts";
import type { ReadReport } from "./entries.ts";
import type { MapSource } from "./map-source.ts";

/** The most reads of a trie for one count. */
const MAX_READS = 4;

/**
 * Counts something in a map in one pass, since keys from several passes may never have existed together. A pass over a
 * trie may miss entries: unless it is known to be whole, the map is read again, and the last read counts. `read` reads
 * with `onePass`; `countOf` returns the count of a read. If the kernel doesn't tell the number of entries, two equal
 * counts in a row are accepted.
 */
export async function untilKnown<Read extends { readonly report: ReadReport }>(
  { info }: MapSource,
  read: () => Promise<Read>,
  countOf: (read: Read) => number,
): Promise<Read> {
  let before: number | undefined;
  for (let reads = 1; ; reads++) {
    const last = await read();
    const { report } = last;
    const why = report.stop?.why;
    if (mapTypeFacts(info.type).keys !== "tree" || (why !== "changing" && why !== "unsure")) return last;
    if (why === "unsure" && countOf(last) === before) {
      report.complete = true;
      delete report.stop;
      return last;
    }
    if (reads === MAX_READS) return last;
    before = countOf(last);
  }
}
