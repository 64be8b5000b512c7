import { mapTypeFacts } from "../sys/map-types.ts";
import type { ReadReport } from "./entries.ts";
import type { MapSource } from "./map-source.ts";

/** How often a trie is read for a count of which it is known that it is right. */
const MAX_READS = 4;

/**
 * Counts something in a map in one pass, since keys that several passes found may never have lived together. A pass over a
 * trie may miss entries: where it isn't known to be whole, the map is read again, and the last read counts. `read` reads
 * with `onePass`; `countOf` is what was counted. Where the kernel doesn't tell how many entries there are, two reads in a
 * row that count the same are taken for right.
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
