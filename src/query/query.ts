import type { Field } from "../codec/access/field.ts";
import type { RowColumn } from "../codec/json/json-row.ts";
import type { EntryShape, EntrySource } from "../reader/entries.ts";
import type { Aggregate } from "./aggregate/cpu-aggregation.ts";
import { DEFAULT_MAX_GROUPS, type Grouping, type GroupLimit, parseGrouping, unknownColumn } from "./aggregate/group.ts";
import { Groups } from "./aggregate/groups.ts";
import { type CpuAggregation, compileAggregation, fieldAggregates } from "./aggregate/per-cpu.ts";
import type { ConstantComparison } from "./cel/comparisons.ts";
import { emptyHints } from "./cel/empty-hints.ts";
import type { QueryClock } from "./cel/terms/clock.ts";
import { type CompiledWhere, compileWhere } from "./cel/where.ts";
import { selectColumns } from "./fields/columns.ts";
import { neededBytes } from "./fields/needed-bytes.ts";
import type { EntryTypes } from "./fields/path.ts";
import { type QueryText, queryError } from "./fields/query-error.ts";
import { compileOrder, type SortKey, sortKeys } from "./rows/order.ts";
import type { RowRun } from "./rows/rows.ts";
import {
  cut,
  noCounts,
  type QueryCounts,
  type RowSelection,
  selectRows,
  wholeRun,
  withoutUnread,
} from "./rows/select-rows.ts";
import { OrderedRows } from "./rows/top.ts";

/** The parts of a query, all optional: an empty one gives all entries as they are. */
export interface QuerySpec {
  readonly where?: QueryText;
  readonly select?: QueryText;
  readonly sort?: QueryText;
  /** The number of rows to keep, of an order. */
  readonly top?: number;
  /** The most entries, or groups, to give. Without an order, reading ends there. */
  readonly limit?: number;
  /** The treatment of a per-CPU map's values: "any" is "each" without the CPUs whose value is all zeros. */
  readonly perCpu?: "each" | "any" | Aggregate;
  /** The aggregates of a group with `groupBy`, else those of the CPUs, by path. */
  readonly aggregates?: QueryText;
  readonly groupBy?: QueryText;
  readonly maxGroups?: number;
  /** "refuse" by default. */
  readonly whenFull?: GroupLimit["whenFull"];
}

/** The types and the shape of the entries of a map, and the clock of `now()`. */
export interface QueryInput {
  readonly entryTypes: EntryTypes;
  readonly shape: EntryShape;
  readonly clock?: QueryClock | undefined;
}

/**
 * A query, checked against the types of a map and compiled. It holds no entries and may run many times. `entryTypes`,
 * `shape` and `rows` describe the result: after aggregation and grouping they are not those of the map.
 */
export interface Query {
  readonly entryTypes: EntryTypes;
  readonly shape: EntryShape;
  /**
   * The kind of rows: entries, CPUs of entries ("cpu": those of one entry follow each other, in the map's order), CPUs
   * in a sorted order ("sorted-cpu"), or groups.
   */
  readonly rows: "entry" | "cpu" | "sorted-cpu" | "group";
  /** The selected columns; undefined for everything. Groups always have columns. */
  readonly columns: readonly RowColumn[] | undefined;
  /** Of groups: the number of columns that tell them apart, which are the first, and the types of what is grouped. */
  readonly grouping?: { readonly keys: number; readonly entryTypes: EntryTypes };
  readonly counts: QueryCounts;
  /** The comparisons of fields with constants in the condition. */
  readonly comparisons: readonly ConstantComparison[];
  /**
   * The bytes that a value must have for every field that the condition, the order and the groups look at, where values
   * may be shorter than their type: a shorter one is not to be given to the query. Columns show what is missing as
   * null.
   */
  readonly neededBytes: number;
  /** Returns how many values were long enough for that and yet lacked a field that decides the condition. */
  readonly undecided: () => number;
  /** The rows, in runs. A run is valid until the next one is requested. Throws what the source throws. */
  run(source: EntrySource): AsyncGenerator<RowRun>;
}

const NO_CONDITION: Pick<CompiledWhere, "comparisons" | "neededBytes" | "undecided"> = {
  comparisons: [],
  neededBytes: 0,
  undecided: () => 0,
};

/** Compiles a query. Throws QUERY_INVALID, before anything is read, where it doesn't fit the types. */
export function compileQuery(spec: QuerySpec, input: QueryInput): Query {
  const aggregation = aggregationOf(spec, input);
  const entryTypes = aggregation === undefined ? input.entryTypes : { ...input.entryTypes, value: aggregation.value };
  const shape = aggregation?.shape ?? input.shape;
  const cpu = shape.cpus > 0;
  const scope = { entryTypes, cpu, clock: input.clock };
  const where = spec.where && compileWhere(spec.where, scope, shape);
  const grouping =
    spec.groupBy &&
    parseGrouping(spec.groupBy, spec.aggregates, scope, {
      maxGroups: spec.maxGroups ?? DEFAULT_MAX_GROUPS,
      whenFull: spec.whenFull ?? "refuse",
    });
  const selection: RowSelection = {
    shape,
    where,
    skipsZeros: cpu && spec.perCpu === "any",
    transform: aggregation?.apply ?? ((batch) => batch),
    counts: noCounts(),
  };
  return grouping === undefined
    ? ungrouped(spec, entryTypes, selection)
    : grouped(spec, entryTypes, selection, grouping);
}

/**
 * Reasons why a query that has run gave nothing although there were entries. None where it gave something, or nothing
 * in its condition looks like a mistake.
 */
export function emptyReasons({ counts, comparisons }: Query): string[] {
  return counts.seen === 0 || counts.matched > 0 ? [] : emptyHints(comparisons);
}

/** The reasons as a note; `label` names the map. Undefined where there are none. */
export function emptyNote(query: Query, label?: string): string | undefined {
  const reasons = emptyReasons(query);
  if (reasons.length === 0) return undefined;
  const { seen } = query.counts;
  const entries = `${seen} ${seen === 1 ? "entry" : "entries"}${label === undefined ? "" : ` of ${label}`}`;
  return `Note: --where kept none of ${entries}: ${reasons.join(" ")}`;
}

function aggregationOf(
  { perCpu, aggregates, groupBy }: QuerySpec,
  { entryTypes, shape }: QueryInput,
): CpuAggregation | undefined {
  const byPath = groupBy === undefined ? aggregates : undefined;
  if (shape.cpus === 0) {
    if (byPath === undefined) return undefined;
    const whole = { start: 0, end: byPath.text.length };
    throw queryError(byPath, whole, "this map has one value an entry (aggregates of entries go with --group-by)");
  }
  const chosen = byPath === undefined ? new Map<string, Aggregate>() : fieldAggregates(byPath, entryTypes);
  if (perCpu === undefined && byPath !== undefined) return compileAggregation(entryTypes.value, shape, "sum", chosen);
  if (perCpu === undefined || perCpu === "each" || perCpu === "any") {
    if (byPath === undefined) return undefined;
    const whole = { start: 0, end: byPath.text.length };
    throw queryError(byPath, whole, `--per-cpu ${perCpu} keeps the CPUs apart`);
  }
  return compileAggregation(entryTypes.value, shape, perCpu, chosen);
}

function ungrouped(spec: QuerySpec, entryTypes: EntryTypes, selection: RowSelection): Query {
  const { shape, counts, where } = selection;
  const { comparisons, neededBytes: whereBytes, undecided } = where ?? NO_CONDITION;
  const cpu = shape.cpus > 0;
  const scope = { entryTypes, cpu };
  const columns = spec.select && selectColumns(spec.select, scope);
  const keys = spec.sort && sortKeys(spec.sort, scope, () => undefined);
  if (keys === undefined) {
    const rows = cpu ? "cpu" : "entry";
    const run: Query["run"] = (source) => selectRows(selection, source, spec.limit);
    return { entryTypes, shape, rows, columns, counts, comparisons, neededBytes: whereBytes, undecided, run };
  }
  const slot = cpu ? shape.valueStride / shape.cpus : shape.valueStride;
  const order: Order = { keys, shape, slot, counts, most: least(spec.top, spec.limit), withCpus: cpu };
  return {
    entryTypes,
    shape: { keySize: shape.keySize, valueSize: shape.valueSize, cpus: 0, valueStride: slot },
    rows: cpu ? "sorted-cpu" : "entry",
    columns,
    counts,
    comparisons,
    neededBytes: Math.max(whereBytes, neededBytes(entryTypes.value, keys.flatMap(fieldOf))),
    undecided,
    run: (source) => inOrder(selectRows(selection, source), order),
  };
}

function grouped(spec: QuerySpec, entryTypes: EntryTypes, selection: RowSelection, grouping: Grouping): Query {
  if (spec.select !== undefined) {
    const whole = { start: 0, end: spec.select.text.length };
    throw queryError(spec.select, whole, "groups show what --group-by and --agg name");
  }
  const { comparisons, neededBytes: whereBytes, undecided } = selection.where ?? NO_CONDITION;
  const { layout, columns } = new Groups(grouping, selection.shape);
  const shape: EntryShape = { keySize: 0, valueSize: layout.size, cpus: 0, valueStride: layout.size };
  const keys = spec.sort && groupKeys(spec.sort, columns);
  const counts = noCounts();
  async function* groups(source: EntrySource): AsyncGenerator<RowRun> {
    const collected = new Groups(grouping, selection.shape);
    for await (const run of selectRows(selection, source)) collected.add(withoutUnread(run, selection.counts));
    counts.evicted = collected.evicted;
    yield wholeRun(collected.batch(), 0);
  }
  async function* run(source: EntrySource): AsyncGenerator<RowRun> {
    const most = least(spec.top, spec.limit);
    const order = keys && { keys, shape, slot: layout.size, counts, most, withCpus: false };
    for await (const rows of order === undefined ? groups(source) : inOrder(groups(source), order)) {
      const shown = cut(rows, spec.limit ?? Number.POSITIVE_INFINITY);
      counts.kept = order === undefined ? shown.count : counts.kept;
      yield shown;
    }
    const { seen, matched, unread } = selection.counts;
    Object.assign(counts, { seen, matched, unread });
  }
  return {
    entryTypes: { key: undefined, value: layout, untyped: undefined },
    shape,
    rows: "group",
    columns,
    grouping: { keys: grouping.keys.length, entryTypes },
    counts,
    comparisons,
    neededBytes: Math.max(
      whereBytes,
      neededBytes(entryTypes.value, [
        ...grouping.keys.flatMap(fieldOf),
        ...grouping.aggregates.flatMap(({ field }) => field ?? []),
      ]),
    ),
    undecided,
    run,
  };
}

function fieldOf({ source }: Pick<RowColumn, "source">): Field[] {
  return source.kind === "field" ? [source.field] : [];
}

/** The sort keys of groups, which are sorted by their columns. */
function groupKeys(source: QueryText, columns: readonly RowColumn[]): SortKey[] {
  const layout = { kind: "opaque", reason: "void", size: 0, typeName: "", tagged: false } as const;
  const scope = { entryTypes: { key: undefined, value: layout, untyped: undefined }, cpu: false };
  return sortKeys(source, scope, (name) => {
    const column = columns.find((one) => one.name === name);
    if (column !== undefined) return column.source;
    const start = source.text.indexOf(name);
    throw unknownColumn(source, { start, end: start + name.length }, columns);
  });
}

interface Order {
  readonly keys: readonly SortKey[];
  /** The shape of the incoming rows. */
  readonly shape: EntryShape;
  /** Bytes of one row's value. */
  readonly slot: number;
  readonly counts: QueryCounts;
  /** The most rows to give. */
  readonly most: number | undefined;
  readonly withCpus: boolean;
}

/** Rows in order, without the entries whose value could not be read. */
async function* inOrder(rows: AsyncGenerator<RowRun>, order: Order): AsyncGenerator<RowRun> {
  const { keys, shape, slot, counts, most, withCpus } = order;
  const ordered = new OrderedRows(compileOrder(keys, shape.keySize), shape, slot, most);
  for await (const run of rows) ordered.add(withoutUnread(run, counts));
  counts.kept = 0;
  for (const run of ordered.runs(withCpus)) {
    counts.kept += run.count;
    yield run;
  }
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
