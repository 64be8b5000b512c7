/**
 * The entries of maps as record batches of `apache-arrow`, which the program installs.
 *
 * @module
 */
import type { RecordBatch } from "apache-arrow";
import { ShownText, TEXT_MODES, type TextMode } from "../../codec/text/shown-text.ts";
import { arrowSchema } from "../../output/columns/arrow/arrow-schema.ts";
import { RecordBatches } from "../../output/columns/arrow/record-batch.ts";
import { ColumnCollector } from "../../output/columns/collect.ts";
import type { ColumnTable } from "../../output/columns/column.ts";
import { originNotes } from "../../output/columns/origin-notes.ts";
import { NO_CHOICES, parseRender, withRenderers } from "../../output/render/choose.ts";
import { mapEntryTypes } from "../../output/rows/map-entry-types.ts";
import type { Query } from "../../query/query.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { ANY_TEXT, CALLBACK, checkOptions, type OptionChecks, oneOf, wholeNumberFrom } from "../check-options.ts";
import { inOptions, textInOptions } from "../in-options.ts";
import { hereAndNow } from "../machine/here-and-now.ts";
import { renderContext } from "../machine/render-context.ts";
import { tableOrigin } from "../machine/table-origin.ts";
import { checkRef, type MapRef, openRef } from "../maps/map-ref.ts";
import { compileSpec, querySpec } from "../query/compile.ts";
import type { TextList } from "../query/paths.ts";
import {
  bounds,
  type CpuAggregate,
  type CpuFields,
  type CpuRows,
  checkTogether,
  QUERY_CHECKS,
  type RowOrder,
} from "../query/query-options.ts";
import { ReadSource } from "../query/read-source.ts";
import { Holdings, Read, type ReadOptions } from "../reader/read.ts";
import { VERSION } from "../version.ts";

/** Options of `toArrow`: a query, and the form of what has no obvious one. */
export type ArrowOptions = ArrowBase & RowOrder & ArrowRows;

/** The rows of `toArrow`: groups, or entries with columns of them. */
export type ArrowRows =
  | {
      /** The paths that tell groups apart. */
      readonly groupBy: TextList;
      /** The aggregates of each group, `count()` unless given. */
      readonly agg?: TextList;
      /** The most groups, 100,000 unless given: QUERY_INVALID past it. */
      readonly maxGroups?: number;
      /** The treatment of the CPUs of a per-CPU map: rows of each, unless given. */
      readonly perCpu?: CpuRows | CpuAggregate;
      readonly select?: undefined;
    }
  | (CpuFields & {
      /** The columns, by their paths. Without it: `key`, and `value` or, for each CPU, `values`, a list. */
      readonly select?: TextList;
      readonly groupBy?: undefined;
      readonly maxGroups?: undefined;
    });

/** Options of `toArrow` apart from the order and the columns. */
export interface ArrowBase extends ReadOptions {
  /** A condition in CEL that rows must meet. */
  readonly where?: string;
  /** The most entries, or groups, to give. */
  readonly limit?: number;
  /** Renderers by path or type, as `--render` takes them: `"key.saddr=ipv4"`. */
  readonly render?: string;
  /** Enums: a dictionary of names (the default), numbers, or a struct of both. */
  readonly enums?: "name" | "number" | "both";
  /**
   * Texts: UTF-8 in which U+FFFD stands for other bytes ("replace", the default), or binary that loses nothing
   * ("escape").
   */
  readonly text?: TextMode;
  /** The most rows of a record batch, 65,536 unless given. */
  readonly batchRows?: number;
  /** Called with a sentence about what the batches don't show: texts with replaced bytes, types that can't be had. */
  readonly onNote?: (note: string) => void;
}

const ARROW_CHECKS: OptionChecks<ArrowOptions> = {
  ...QUERY_CHECKS,
  where: { expected: "a condition as text", accepts: (value) => typeof value === "string" },
  render: ANY_TEXT,
  enums: oneOf("name", "number", "both"),
  text: oneOf(...TEXT_MODES),
  batchRows: wholeNumberFrom(1),
  onNote: CALLBACK,
};

/** The most rows and bytes of a record batch, where nothing else is asked for. */
const ROWS = 65_536;
const BYTES = 8 * 2 ** 20;

/**
 * Iterates over the rows of a map as record batches. The schema follows from the map's types and the options alone;
 * there is always a batch, though it may be empty. The next one is made when it is asked for, and each has buffers of
 * its own.
 *
 * The loop ends after the last row, or when it is left. It throws ABORTED after the signal, TIMEOUT after the time
 * limit, CLOSED after an open reader is closed, what `openMap` and reading throw, and QUERY_INVALID. Throws USAGE at
 * once for wrong options.
 */
export function toArrow(map: MapRef, options: ArrowOptions = {}): AsyncGenerator<RecordBatch, void, undefined> {
  checkOptions("read a map as Arrow", options, ARROW_CHECKS);
  checkTogether("read a map as Arrow", options);
  checkRef(map);
  return recordBatches(map, options);
}

async function* recordBatches(ref: MapRef, options: ArrowOptions): AsyncGenerator<RecordBatch, void, undefined> {
  using map = await openRef(ref, { signal: options.signal });
  const query = arrowQuery(map, options);
  const shown = new ShownText(options.text);
  const tables: ColumnTable[] = [];
  const collector = new ColumnCollector(
    query,
    { enums: options.enums ?? "name", shown, around: renderContext(hereAndNow, map.origin), missing: "with-place" },
    { rows: options.batchRows ?? ROWS, bytes: BYTES },
    "anew",
    (table) => tables.push(table),
  );
  const notes = originNotes(tableOrigin(map, hereAndNow, VERSION));
  const batches = new RecordBatches(arrowSchema(collector.columns, notes));
  let any = false;
  for await (const _ of collected(map, query, collector, options)) {
    for (const table of tables.splice(0)) {
      any = true;
      yield batches.of(table);
    }
  }
  if (!any) yield batches.of(collector.table());
  const note = shown.note('text: "escape" keeps them');
  if (note !== undefined) options.onNote?.(note);
}

function arrowQuery(map: MapSource, options: ArrowOptions): Query {
  const { entryTypes, note } = mapEntryTypes(map);
  if (note !== undefined) options.onNote?.(textInOptions(note));
  const asked =
    options.render === undefined ? NO_CHOICES : parseRender({ option: "render", text: options.render }, entryTypes);
  const shown = withRenderers(entryTypes, { asked, configured: NO_CHOICES });
  const perCpu = map.shape.cpus === 0 ? options.perCpu : (options.perCpu ?? "each");
  return compileSpec(map, { ...querySpec(options), ...(perCpu !== undefined && { perCpu }) }, shown);
}

/** Reads a map into columns, and pauses after each run of rows. */
async function* collected(
  map: MapSource,
  query: Query,
  collector: ColumnCollector,
  options: ArrowOptions,
): AsyncGenerator<void> {
  const read = new Read(new Holdings(map), bounds(options));
  try {
    for await (const run of query.run(new ReadSource(read, map, undefined))) {
      collector.add(run);
      yield;
    }
    collector.flush();
    yield;
  } catch (error) {
    throw inOptions(error);
  } finally {
    read.end();
  }
}
