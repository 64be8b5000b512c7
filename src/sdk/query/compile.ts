import { wholeField } from "../../codec/access/field.ts";
import { compileFieldDecoder, type DecodedValue, type DecodeOptions } from "../../codec/access/value-decoder.ts";
import { EbpfMapError } from "../../errors.ts";
import { mapEntryTypes } from "../../output/rows/map-entry-types.ts";
import type { EntryTypes } from "../../query/fields/path.ts";
import type { QueryText } from "../../query/fields/query-error.ts";
import { compileQuery, emptyReasons, type Query, type QuerySpec } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { inOptions } from "../in-options.ts";
import { hereAndNow, monotonicClock } from "../machine/here-and-now.ts";
import { queryClock } from "../machine/query-clock.ts";
import type { PerCpu } from "../reader/per-cpu.ts";
import type { Rows } from "../reader/rows.ts";
import { columnsOf, fieldValue, type RowValue } from "./columns.ts";
import type { TextList } from "./paths.ts";
import type { AnyQuery } from "./query-options.ts";
import type { EntryFilter } from "./read-source.ts";

/** The subject of a reader's queries: the map, and the forms in which the reader gives its entries. */
export interface Queried {
  readonly map: MapSource;
  readonly rows: Rows;
  readonly decode: DecodeOptions;
  /** The form in which the reader gives the values of a per-CPU map. */
  readonly perCpu: PerCpu;
}

/** A query of a reader, compiled. */
export interface ReaderQuery {
  readonly query: Query;
  /** The condition, where it is a function. */
  readonly keep: EntryFilter | undefined;
  /** Makes what a program gets of a row; undefined for an entry that a schema refuses. */
  readonly project: (run: RowRun, row: number) => unknown;
  /** Reasons why a condition kept nothing, once the query has run. */
  readonly hints: () => readonly string[];
}

/** Makes what a program gets of the rows of a query. `rows` decodes whole entries, and checks them. */
export function readerQuery(queried: Queried, query: Query, options: AnyQuery): ReaderQuery {
  const { rows } = queried;
  return {
    query,
    keep: rows.wanted(options.where),
    project: projectionOf(queried, query, options),
    hints: () => emptyReasons(query),
  };
}

function projectionOf(queried: Queried, query: Query, options: AnyQuery): ReaderQuery["project"] {
  const { rows, decode } = queried;
  if (query.columns !== undefined) return columnsOf(query, decode);
  if (treatmentOf(queried, options) === undefined) return (run, row) => rows.entry(run.batch, run.entries[row] ?? 0);
  return perCpuRows(query, rows, decode);
}

/**
 * Compiles a query whose options have been checked. Throws QUERY_INVALID with the place in the text, and USAGE where
 * the options don't fit the map or the reader. `otherwise`: what is made of the CPUs unless the reader or the options
 * say.
 */
export function compileReaderQuery({ map, rows, perCpu }: Queried, options: AnyQuery, otherwise?: "each"): Query {
  const chosen = treatmentOf({ map, perCpu }, options, otherwise);
  checkFits(map, rows, options, chosen);
  return compileSpec(map, { ...querySpec(options), ...(chosen !== undefined && { perCpu: chosen }) });
}

/** Compiles a query for a map, whose CPUs stay together unless it says what to make of them. Throws QUERY_INVALID. */
export function compileSpec(
  map: MapSource,
  spec: QuerySpec,
  entryTypes: EntryTypes = mapEntryTypes(map).entryTypes,
): Query {
  const { shape } = map;
  try {
    return compileQuery(spec, {
      entryTypes,
      // The CPUs of a value that stay together are one value to the query, which doesn't look inside.
      shape: spec.perCpu === undefined ? { ...shape, cpus: 0 } : shape,
      clock: queryClock({ clock: monotonicClock, origin: hereAndNow }, map.origin),
    });
  } catch (error) {
    throw inOptions(error);
  }
}

/** Returns the treatment of the CPUs of an entry; undefined where they stay together, as on any map that has none. */
function treatmentOf(
  { map, perCpu }: Pick<Queried, "map" | "perCpu">,
  options: AnyQuery,
  otherwise?: "each",
): AnyQuery["perCpu"] {
  if (map.shape.cpus === 0) return undefined;
  const unasked = options.agg !== undefined && options.groupBy === undefined ? "sum" : otherwise;
  return options.perCpu ?? (perCpu === "each" ? unasked : perCpu);
}

/** Options that look at single values, which a per-CPU map has none of as long as its CPUs are kept together. */
const SINGLE: readonly (keyof AnyQuery)[] = ["select", "sort", "groupBy"];

function checkFits(map: MapSource, { isChecking }: Rows, options: AnyQuery, perCpu: AnyQuery["perCpu"]): void {
  const doing = `read ${map.label}`;
  if (options.agg !== undefined && options.groupBy === undefined && map.shape.cpus === 0)
    throw usage(
      `${doing}: agg: the map has one value for each key (groupBy makes groups of entries to aggregate)`,
      "agg",
    );
  if (options.perCpu !== undefined && map.shape.cpus === 0)
    throw usage(`${doing}: perCpu: the map has one value for each key`, "perCpu");
  const single = typeof options.where === "string" ? "where" : SINGLE.find((name) => options[name] !== undefined);
  if (map.shape.cpus > 0 && perCpu === undefined && single !== undefined) {
    const cure = 'perCpu: "each" makes a row of each CPU, "sum" one of all';
    throw usage(`${doing}: ${single} needs perCpu, since the map has a value for each CPU (${cure})`, single);
  }
  if (!isChecking) return;
  const apart = (["select", "groupBy", "perCpu", "agg"] as const).find((name) => options[name] !== undefined);
  if (apart !== undefined)
    throw usage(`${doing}: ${apart}: the reader's schemas are for whole entries (open the map without them)`, apart);
}

function usage(message: string, option: string): EbpfMapError {
  return new EbpfMapError("USAGE", message, { option });
}

/** The query behind options. */
export function querySpec({ where, select, sort, top, limit, groupBy, agg, maxGroups }: AnyQuery): QuerySpec {
  return {
    ...(typeof where === "string" && { where: { option: "where", text: where } }),
    ...(select !== undefined && { select: listText("select", select) }),
    ...(sort !== undefined && { sort: listText("sort", sort) }),
    ...(groupBy !== undefined && { groupBy: listText("groupBy", groupBy) }),
    ...(agg !== undefined && { aggregates: listText("agg", agg) }),
    ...(top !== undefined && { top }),
    ...(limit !== undefined && { limit }),
    ...(maxGroups !== undefined && { maxGroups }),
  };
}

/** The query of a map whose CPUs are rows, if it has some, unless the options make one value of them. */
export function withCpus({ shape }: MapSource, spec: QuerySpec, { perCpu, groupBy, agg }: AnyQuery): QuerySpec {
  if (shape.cpus === 0) return spec;
  return { ...spec, perCpu: perCpu ?? (agg === undefined || groupBy !== undefined ? "each" : "sum") };
}

function listText(option: string, list: TextList): QueryText {
  return { option, text: [list].flat().join(", ") };
}

/** Entries of a per-CPU map: of one CPU each, or with values that were aggregated. */
function perCpuRows(query: Query, rows: Rows, decode: DecodeOptions): ReaderQuery["project"] {
  const value = rowValueOf(query, decode);
  const isAggregated = query.rows === "entry";
  return (run, row) => {
    const key = rows.key(run.batch, run.entries[row] ?? 0);
    if (key === undefined) return undefined;
    if (isAggregated) return { key, value: value(run, row) };
    return { key, cpu: Math.max(0, run.cpus?.[row] ?? 0), value: value(run, row) };
  };
}

function rowValueOf({ entryTypes, shape }: Query, decode: DecodeOptions): RowValue {
  const field = wholeField("value", entryTypes.value);
  if (entryTypes.untyped === undefined || field.layout.kind !== "array")
    return fieldValue(field, shape, compileFieldDecoder(field, decode));
  const { size } = field.layout;
  return fieldValue(field, shape, (bytes, _, at): DecodedValue => bytes.slice(at, at + size));
}
