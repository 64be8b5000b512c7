import { readQuery } from "../../output/rows/read-query.ts";
import type { RowWriter } from "../../output/rows/row-writer.ts";
import type { Query } from "../../query/query.ts";
import type { ReadReport } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { untilKnown } from "../../reader/one-pass.ts";
import { mapView } from "../../reader/views/map-view.ts";
import type { ReadWatch } from "../reads/observe-reads.ts";

const NO_ROWS: RowWriter = { begin() {}, write() {}, end() {} };

/** Counts the rows that a query keeps of a map. */
export async function countKeptRows(map: MapSource, query: Query, { observer }: ReadWatch): Promise<number> {
  const view = mapView(map, { entries: (options) => map.entries({ ...options, onePass: true }) }, "borrowed");
  let last: ReadReport | undefined;
  const done = (_: MapSource, report: ReadReport): void => {
    last = report;
  };
  const readOnce = async (): Promise<{ readonly report: ReadReport; readonly rows: number }> => {
    query.counts.kept = 0;
    query.counts.unread = 0;
    const report = await readQuery(view, query, NO_ROWS, { ...observer, done });
    return { report, rows: query.counts.kept };
  };
  try {
    return (await untilKnown(map, readOnce, ({ rows }) => rows)).rows;
  } finally {
    // One read is reported, however often the map was read.
    if (last !== undefined) observer.done?.(map, last);
  }
}
