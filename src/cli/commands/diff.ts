import { type ColumnFormat, isColumnFormat } from "../../output/columns/formats.ts";
import { originNotes } from "../../output/columns/origin-notes.ts";
import { DiffJson } from "../../output/diff/diff-json.ts";
import type { DiffSides, DiffWriter } from "../../output/diff/diff-writer.ts";
import { QueryRead } from "../../output/rows/read-query.ts";
import { unreadNote } from "../../output/rows/unread-note.ts";
import type { Query } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import type { MapSource, SnapshotMoment } from "../../reader/map-source.ts";
import { Comparison, type RowsOf, secondsBetween } from "../../sdk/diff/comparison.ts";
import { tableOrigin } from "../../sdk/machine/table-origin.ts";
import { wrongWords } from "../args/usage.ts";
import { withDecoded } from "../maps/decoded-maps.ts";
import { onlyMap, selectMaps } from "../maps/select-maps.ts";
import { packageVersion } from "../package/package-files.ts";
import type { ReadWatch } from "../reads/observe-reads.ts";
import { DIFF_EXIT } from "../result/exit-codes.ts";
import { openQuery, warnIfEmpty } from "../rows/open-query.ts";
import { cellOptions, fillOptions, strictOptions } from "../rows/row-style.ts";
import { screenOf } from "../session/screen.ts";
import type { Session } from "../session/session.ts";
import { mapFinder, typeSources, watchReads } from "./asked/maps.ts";
import { checkTerminal, rowQuery, valueStyle } from "./asked/rows.ts";

/** `diff MAP MAP`: prints entries that only one map has, and entries that differ. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length !== 4) throw wrongWords("diff", words);
  const [finder, types] = [mapFinder(session), typeSources(session)];
  using first = await selectMaps(words.slice(0, 2), finder, types);
  using second = await selectMaps(words.slice(2), finder, types);
  const [a] = await withDecoded([onlyMap(first)], session.warn);
  const [b] = await withDecoded([onlyMap(second)], session.warn);
  const asked = rowQuery(session);
  const { sort, top, ...spec } = asked.spec;
  const query = { ...asked, spec };
  const comparison = await Comparison.open(a, b, { compile: (map) => openQuery(map, query), note: session.warn });
  const { sides, layouts, mismatch, counts } = comparison;
  const labels = [
    ["ebpf-map:a", a.label],
    ["ebpf-map:b", b.label],
  ] as const;
  const writer = await openWriter(sides, session, {
    origin: a.origin ?? b.origin,
    seconds: secondsBetween(a, b, () => session.context.origin().now),
    labels,
  });
  writer.layouts(layouts);
  if (mismatch !== undefined) {
    session.warn(`Note: the entries are not compared: ${mismatch}`);
    writer.end(undefined, false);
    return DIFF_EXIT.different;
  }
  const reads = watchReads(session);
  const rowsOf: RowsOf = (map, one) => readRows(map, one, reads, session.warn);
  for await (const _ of comparison.compare(writer, rowsOf, {
    ...(sort && { sort }),
    ...(top !== undefined && { top }),
  }));
  writer.end(counts, reads.complete);
  const { added, removed, changed, same } = counts;
  if (added + removed + changed + layouts.length > 0) return DIFF_EXIT.different;
  if (session.options.diffEmpty && same === 0) {
    session.warn("Note: no entry of either map was compared (--fail-empty)");
    return DIFF_EXIT.trouble;
  }
  return reads.complete ? DIFF_EXIT.same : DIFF_EXIT.trouble;
}

async function* readRows(
  map: MapSource,
  query: Query,
  { observer }: ReadWatch,
  warn: (line: string) => void,
): AsyncGenerator<RowRun> {
  const read = new QueryRead(map, query, { ...observer, note: warn });
  yield* read.runs();
  read.end();
  read.check();
  const { unread } = query.counts;
  if (unread > 0) warn(unreadNote(unread, "are left out", map.label));
  warnIfEmpty(query, warn, map.label);
}

/** The maps of a comparison, as a file describes them. */
interface DiffOrigin {
  readonly origin: SnapshotMoment | undefined;
  /** The time between them; undefined where none is known. */
  readonly seconds: number | undefined;
  /** The labels of both maps, as notes for a file. */
  readonly labels: Iterable<readonly [string, string]>;
}

async function openWriter(
  sides: DiffSides,
  session: Session,
  { origin, seconds, labels }: DiffOrigin,
): Promise<DiffWriter> {
  const format = diffFormat(session);
  const values = valueStyle(session);
  const { warn } = session;
  if (format === "table") {
    const options = { ...cellOptions(values, origin), ...screenOf(session), seconds };
    const { DiffTable } = await import("../../output/diff/diff-table.ts");
    return new DiffTable(sides, session.out, options);
  }
  if (isColumnFormat(format)) {
    const { openDiffColumns } = await import("../../output/diff/diff-columns.ts");
    const notes = new Map([...originNotes(tableOrigin(undefined, values.now, packageVersion())), ...labels]);
    return await openDiffColumns(sides, format, session.out, { fill: fillOptions(values, origin), notes, warn });
  }
  return new DiffJson(sides, session.out, { ...strictOptions(values, origin), array: format === "json", seconds });
}

/** `-j` and `-p` ask for JSON, too. */
function diffFormat({ options, style, context }: Session): "table" | "ndjson" | "json" | ColumnFormat {
  if (options.reportOutput !== undefined) {
    checkTerminal(options.reportOutput, context.stdout.isTerminal);
    return options.reportOutput;
  }
  if (style !== "plain") return "json";
  return context.stdout.isTerminal ? "table" : "ndjson";
}
