import { scalarKind } from "../../codec/access/accessor.ts";
import type { Field } from "../../codec/access/field.ts";
import type { RowLocation } from "../../query/diff/comparisons.ts";
import { leafColumns } from "../../query/fields/columns.ts";
import type { Counter } from "../../query/follow/counters.ts";
import type { Measure } from "../../query/follow/follow-order.ts";
import { CHANGED, type Follower } from "../../query/follow/follower.ts";
import type { Gauges } from "../../query/follow/gauges.ts";
import { KEPT_RATES, type RateHistory } from "../../query/follow/rate-history.ts";
import { rateText } from "../quantities.ts";
import { type CellOptions, fieldText } from "../rows/cells.ts";
import { shortTitles } from "../rows/shown-columns.ts";
import type { RankedColumn } from "../terminal/choose-columns.ts";
import { sparkline } from "./sparkline.ts";

/** A column of the screen of `watch`. */
export interface WatchColumn extends RankedColumn {
  /** The order by this column; undefined if it has none. */
  readonly measure: Measure | undefined;
  readonly text: (row: number) => string;
  /** Tells whether the cell has changed since the read before. */
  readonly isChanged: (row: number) => boolean;
}

/** The ranks of columns, without their indexes: bars give way first, what counts last. Keys never do. */
const RANKS = { counter: 10_000, field: 30_000, delta: 40_000, bars: 50_000 } as const;
/** The least width of a text that is cut before a column gives way. Numbers and what renderers show are never cut. */
const LEAST_TEXT = 8;

/** The facts that are known about the counters so far. */
export interface ColumnFacts {
  readonly history?: RateHistory | undefined;
  readonly gauges?: Pick<Gauges, "has"> | undefined;
}

/**
 * Returns the columns of a follower's rows: the fields of the key, the CPU, and the fields of the value. Each counter
 * that has changed so far (`active`, by name) is followed by its change and its rate, that of `history` also by bars.
 */
export function watchColumns(
  follower: Follower,
  options: CellOptions,
  active: ReadonlySet<string>,
  { history, gauges }: ColumnFacts = {},
): readonly WatchColumn[] {
  const { entryTypes, shape, columns: selected } = follower.query;
  const columns = selected ?? leafColumns({ entryTypes, cpu: shape.cpus > 0 }, { elements: 0 });
  const titles = shortTitles(columns);
  return columns.flatMap(({ source }, i) => {
    const title = titles[i] ?? "";
    if (source.kind === "cpu") return [cpuColumn(follower)];
    if (source.kind !== "field") return [];
    const column = fieldColumn(title, source.field, follower, options, i);
    const counter = follower.counters.find(({ path }) => path === source.field.path);
    if (counter === undefined || !active.has(counter.name)) return [column];
    const bars = history?.counter.path === counter.path ? [barsColumn(history)] : [];
    const isGauge = gauges?.has(counter) === true;
    const rate = counter.countsUp && !isGauge ? [rateColumn(title, counter, follower, i)] : [];
    const delta = counter.countsUp ? [deltaColumn(title, counter, follower, i, isGauge)] : [];
    return [{ ...column, rank: RANKS.counter + 2 * i + 1 }, ...delta, ...rate, ...bars];
  });
}

function cpuColumn(follower: Follower): WatchColumn {
  const text = (row: number): string => String(follower.table.cpuOf(row));
  return { title: "cpu", isRight: true, rank: 0, measure: { kind: "cpu" }, text, isChanged: () => false };
}

function fieldColumn(
  title: string,
  field: Field,
  follower: Follower,
  options: CellOptions,
  index: number,
): WatchColumn {
  const print = fieldText(field, options);
  const isKey = field.side === "key";
  const textOf = ({ keys, keysView, k, values, valuesView, v }: RowLocation): string =>
    isKey ? print(keys, keysView, k) : print(values, valuesView, v);
  const text = (row: number): string => textOf(follower.now(row));
  const kind = scalarKind(field);
  const isCut = !isKey && kind !== "integer" && kind !== "float" && field.layout.rendering === undefined;
  return {
    title,
    rank: isKey ? 0 : RANKS.field + index,
    ...(isCut && { least: LEAST_TEXT }),
    isRight: (kind === "integer" || kind === "float") && field.layout.kind !== "enum" && !field.layout.rendering,
    measure: kind === "none" ? undefined : { kind: "field", field },
    text,
    isChanged: (row) => !isKey && follower.states[row] === CHANGED && textOf(follower.before(row)) !== text(row),
  };
}

function deltaColumn(
  title: string,
  counter: Counter,
  follower: Follower,
  index: number,
  isGauge: boolean,
): WatchColumn {
  const changeOf = (row: number): number | bigint | "reset" =>
    isGauge ? follower.difference(row, counter) : follower.change(row, counter);
  return {
    title: "Δ",
    name: `${title} Δ`,
    rank: RANKS.delta + index,
    isRight: true,
    measure: { kind: "delta", counter },
    text(row) {
      const change = changeOf(row);
      if (change === "reset") return "reset";
      return Number(change) === 0 ? "" : `${change > 0 ? "+" : ""}${change}`;
    },
    isChanged: (row) => changeOf(row) === "reset",
  };
}

function rateColumn(title: string, counter: Counter, follower: Follower, index: number): WatchColumn {
  return {
    title: `${title}/s`,
    rank: RANKS.counter + 2 * index,
    isRight: true,
    measure: { kind: "rate", counter },
    text(row) {
      const rate = follower.rate(row, counter);
      return rate === undefined || rate === 0 ? "" : rateText(rate);
    },
    isChanged: () => false,
  };
}

/** Returns the column of the last rates of each row, its largest as a whole block. */
function barsColumn(history: RateHistory): WatchColumn {
  const text = (row: number): string => sparkline(history.of(row)).padStart(KEPT_RATES);
  const title = `last ${KEPT_RATES}`;
  return {
    title,
    name: `${title} rates`,
    isRight: true,
    measure: undefined,
    text,
    isChanged: () => false,
    rank: RANKS.bars,
  };
}
