import { type ColumnFormat, isColumnFormat } from "../../output/columns/formats.ts";
import { originNotes } from "../../output/columns/origin-notes.ts";
import { DiffJson } from "../../output/diff/diff-json.ts";
import type { DiffSides, DiffWriter } from "../../output/diff/diff-writer.ts";
import { readQuery } from "../../output/rows/read-query.ts";
import { unreadNote } from "../../output/rows/unread-note.ts";
import { Diff } from "../../query/diff/diff.ts";
import { layoutDifferences } from "../../query/diff/layout-differences.ts";
import { OrderedDiff } from "../../query/diff/ordered-diff.ts";
import type { Query } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import type { MapSource, SnapshotMoment } from "../../reader/map-source.ts";
import { openSides, shapeMismatch } from "../../sdk/diff/sides.ts";
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
  const entryTypes = await openSides(a, b, { compile: (map) => openQuery(map, query), note: session.warn });
  const differences = layoutDifferences(entryTypes.a.entryTypes, entryTypes.b.entryTypes);
  const labels = [
    ["ebpf-map:a", a.label],
    ["ebpf-map:b", b.label],
  ] as const;
  const writer = await openWriter(entryTypes, session, {
    origin: a.origin ?? b.origin,
    seconds: secondsBetween(a, b, session),
    labels,
  });
  writer.layouts(differences);
  const mismatch = shapeMismatch(entryTypes);
  if (mismatch !== undefined) {
    session.warn(`Note: the entries are not compared: ${mismatch}`);
    writer.end(undefined, false);
    return DIFF_EXIT.different;
  }
  const ordered = sort === undefined ? undefined : new OrderedDiff(entryTypes, sort, top);
  const diff = new Diff(entryTypes.a, entryTypes.b, differences.length === 0, ordered ?? writer);
  const reads = watchReads(session);
  await readRows(a, entryTypes.a, (run) => diff.keep(run), reads, session.warn);
  await readRows(b, entryTypes.b, (run) => diff.compare(run), reads, session.warn);
  diff.finish();
  ordered?.tell(writer);
  writer.end(diff.counts, reads.complete);
  const { added, removed, changed, same } = diff.counts;
  if (added + removed + changed + differences.length > 0) return DIFF_EXIT.different;
  if (session.options.diffEmpty && same === 0) {
    session.warn("Note: no entry of either map was compared (--fail-empty)");
    return DIFF_EXIT.trouble;
  }
  return reads.complete ? DIFF_EXIT.same : DIFF_EXIT.trouble;
}

async function readRows(
  map: MapSource,
  query: Query,
  take: (run: RowRun) => void,
  { observer }: ReadWatch,
  warn: (line: string) => void,
): Promise<void> {
  await readQuery(map, query, { begin() {}, write: take, end() {} }, { ...observer, note: warn });
  const { unread } = query.counts;
  if (unread > 0) warn(unreadNote(unread, "are left out", map.label));
  warnIfEmpty(query, warn, map.label);
}

/** The time from one map to the other, if one of them is from a snapshot; undefined where the first isn't the earlier. */
function secondsBetween(a: MapSource, b: MapSource, { context }: Session): number | undefined {
  if (a.origin === undefined && b.origin === undefined) return undefined;
  const timeOf = ({ origin }: MapSource): number =>
    origin === undefined ? context.origin().now.getTime() : Date.parse(origin.time);
  const seconds = (timeOf(b) - timeOf(a)) / 1000;
  return seconds > 0 ? seconds : undefined;
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
  entryTypes: DiffSides,
  session: Session,
  { origin, seconds, labels }: DiffOrigin,
): Promise<DiffWriter> {
  const format = diffFormat(session);
  const values = valueStyle(session);
  const { warn } = session;
  if (format === "table") {
    const options = { ...cellOptions(values, origin), ...screenOf(session), seconds };
    const { DiffTable } = await import("../../output/diff/diff-table.ts");
    return new DiffTable(entryTypes, session.out, options);
  }
  if (isColumnFormat(format)) {
    const { openDiffColumns } = await import("../../output/diff/diff-columns.ts");
    const notes = new Map([...originNotes(tableOrigin(undefined, values.now, packageVersion())), ...labels]);
    return await openDiffColumns(entryTypes, format, session.out, { fill: fillOptions(values, origin), notes, warn });
  }
  return new DiffJson(entryTypes, session.out, { ...strictOptions(values, origin), array: format === "json", seconds });
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
