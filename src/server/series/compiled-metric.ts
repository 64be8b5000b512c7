import { compileInteger, typeText } from "../../codec/access/accessor.ts";
import { elementOf, type Field } from "../../codec/access/field.ts";
import { ShownText } from "../../codec/text/shown-text.ts";
import { MAX_SLOTS } from "../../output/hist/hist-scale.ts";
import { compileRender, rendererOf } from "../../output/render/render.ts";
import type { RenderContext } from "../../output/render/renderer.ts";
import { type Cell, compileCell } from "../../output/rows/cells.ts";
import type { ExpressionScope } from "../../query/cel/compiler.ts";
import type { QueryClock } from "../../query/cel/terms/clock.ts";
import { type EntryTypes, parsePath, resolvePath } from "../../query/fields/path.ts";
import { type QueryText, queryError } from "../../query/fields/query-error.ts";
import { compileQuery, type Query } from "../../query/query.ts";
import { compileNumbers } from "../../query/rows/numbers.ts";
import { type RowReader, readerOf } from "../../query/rows/row-reader.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import { withoutUnread } from "../../query/rows/select-rows.ts";
import type { EntryBatch, EntryShape } from "../../reader/entries.ts";
import { OneBatch } from "../../reader/one-batch.ts";
import type { MapInfo } from "../../sys/info.ts";
import type { LabelSpec, MetricSpec } from "../config/metric-spec.ts";
import { labelValue } from "../text/labels.ts";
import type { SeriesTable } from "./series-table.ts";

/** The input that metrics are compiled against: a map and this machine. */
export interface MetricInput {
  readonly entryTypes: EntryTypes;
  readonly shape: EntryShape;
  readonly info: MapInfo;
  readonly render: RenderContext;
  readonly clock: QueryClock;
}

/** A metric, compiled against the types of a map. */
export interface CompiledMetric {
  /** Adds what a batch of the map's entries has. */
  add(batch: EntryBatch, table: SeriesTable): Promise<void>;
  /** The slots of a histogram that are always there; 1 for a plain number. */
  readonly slots: number;
}

/** Puts the numbers of a row into a table. */
type Collect = (run: RowRun, labelsOf: (row: number) => string, table: SeriesTable) => void;

/** The slot of a table in which a histogram's sum stands, and that of its first bucket. */
export const SUM_SLOT = 0;
export const FIRST_BUCKET = 1;

/**
 * Compiles a metric. Throws QUERY_INVALID, with the place in the configuration, where it doesn't fit the map's types.
 */
export function compileMetric(spec: MetricSpec, input: MetricInput): CompiledMetric {
  const query = compileQuery(
    { perCpu: spec.perCpu, ...(spec.where && { where: spec.where }) },
    { entryTypes: input.entryTypes, shape: input.shape, clock: input.clock },
  );
  const labels = compileLabels(spec, query, input);
  const { slots, collect } = isHistogram(spec) ? histogram(spec, query, input) : plainNumbers(spec, query, input);
  return {
    slots,
    async add(batch, table) {
      for await (const all of query.run(new OneBatch(batch))) {
        const run = withoutUnread(all, query.counts);
        collect(run, (row) => labels(run, row), table);
      }
    },
  };
}

type HistogramSpec = MetricSpec & { readonly buckets: QueryText };

function isHistogram(spec: MetricSpec): spec is HistogramSpec {
  return spec.buckets !== undefined;
}

type Compiled = Pick<CompiledMetric, "slots"> & { readonly collect: Collect };

function scopeOf(query: Query, clock: QueryClock): ExpressionScope {
  return { entryTypes: query.entryTypes, cpu: query.rows === "cpu", clock };
}

function plainNumbers({ value }: MetricSpec, query: Query, { clock }: MetricInput): Compiled {
  const numbers = compileNumbers(value, scopeOf(query, clock), query.shape);
  const collect: Collect = (run, labelsOf, table) => {
    const values = numbers(run);
    for (let row = 0; row < run.count; row++) table.add(labelsOf(row), 0, values[row] as number | bigint);
  };
  return { slots: 1, collect };
}

function histogram(spec: HistogramSpec, query: Query, { clock }: MetricInput): Compiled {
  const { buckets, sum } = spec;
  const field = fieldOf(buckets, query);
  const sums = sum && compileNumbers(sum, scopeOf(query, clock), query.shape);
  const { slots, collect } =
    field.layout.kind === "array" ? slotArray(buckets, field, query) : slotInKey(spec, query, clock);
  return {
    slots,
    collect(run, labelsOf, table) {
      collect(run, labelsOf, table);
      const values = sums?.(run);
      if (values === undefined) return;
      for (let row = 0; row < run.count; row++) table.add(labelsOf(row), SUM_SLOT, values[row] as number | bigint);
    },
  };
}

function slotArray(source: QueryText, field: Field, query: Query): Compiled {
  const length = field.layout.kind === "array" ? field.layout.length : 0;
  const whole = { start: 0, end: source.text.length };
  if (length === 0 || length > MAX_SLOTS)
    throw queryError(source, whole, `a histogram has 1 to ${MAX_SLOTS} slots, and this has ${length}`);
  const readers = Array.from({ length }, (_, i): RowReader<number | bigint> => {
    const element = elementOf(field, i);
    const read = element && compileInteger(element);
    if (element === undefined || read === undefined)
      throw queryError(source, whole, `\`${typeText(field.layout)}\` has no slots: an array of integers is needed`);
    return readerOf(read, element, query.shape);
  });
  const collect: Collect = (run, labelsOf, table) => {
    for (let row = 0; row < run.count; row++) {
      const labels = labelsOf(row);
      for (const [slot, read] of readers.entries()) table.add(labels, FIRST_BUCKET + slot, read(run, row));
    }
  };
  return { slots: length, collect };
}

function slotInKey({ buckets, value }: HistogramSpec, query: Query, clock: QueryClock): Compiled {
  const slotOf = compileNumbers(buckets, scopeOf(query, clock), query.shape);
  const numbers = compileNumbers(value, scopeOf(query, clock), query.shape);
  const collect: Collect = (run, labelsOf, table) => {
    const [slots, values] = [slotOf(run), numbers(run)];
    for (let row = 0; row < run.count; row++) {
      const slot = Number(slots[row]);
      // A slot beyond all is one that the scale doesn't have: it counts in +Inf alone.
      const known = Number.isInteger(slot) && slot >= 0 && slot < MAX_SLOTS ? slot : MAX_SLOTS - 1;
      table.add(labelsOf(row), FIRST_BUCKET + known, values[row] as number | bigint);
    }
  };
  return { slots: 0, collect };
}

function fieldOf(source: QueryText, { entryTypes }: Query): Field {
  return resolvePath(source, entryTypes, parsePath(source));
}

/** Compiles the labels of a row, as they are written. */
function compileLabels(spec: MetricSpec, query: Query, input: MetricInput): (run: RowRun, row: number) => string {
  const shown = new ShownText();
  const cells = spec.labels.map(({ name, source }) => ({ name, cell: labelCell(source, query, input, shown) }));
  if (query.rows === "cpu") {
    cells.push({ name: "cpu", cell: (run, row) => String(Math.max(0, run.cpus?.[row] ?? 0)) });
  }
  return (run, row) => {
    let text = "";
    for (const { name, cell } of cells) text += `${text === "" ? "" : ","}${name}="${labelValue(cell(run, row))}"`;
    return text;
  };
}

function labelCell(source: LabelSpec["source"], query: Query, input: MetricInput, shown: ShownText): Cell {
  if (source.kind === "map") {
    const text = source.fact === "id" ? String(input.info.id) : input.info.name;
    return () => text;
  }
  const field = renderedField(source, query);
  const render = compileRender("text", input.render);
  const options = { json: { int64: "digits", enums: "name" }, render, shown } as const;
  return compileCell({ name: field.path, source: { kind: "field", field } }, query.shape, options);
}

function renderedField({ path, render }: Extract<LabelSpec["source"], { kind: "path" }>, query: Query): Field {
  const field = fieldOf(path, query);
  if (render === undefined) return field;
  const mismatch = rendererOf(render)?.mismatch(field);
  if (mismatch === undefined) return { ...field, layout: { ...field.layout, rendering: render } };
  const { size } = field.layout;
  const what = `\`${typeText(field.layout)}\` of ${size} byte${size === 1 ? "" : "s"}`;
  throw queryError(path, { start: 0, end: path.text.length }, `\`${render}\` shows ${mismatch}, and this is ${what}`);
}
