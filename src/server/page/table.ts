import type { Field } from "../../codec/access/field.ts";
import type { Render } from "../../codec/json/json-program.ts";
import type { RowColumn } from "../../codec/json/json-row.ts";
import type { TextOfBytes } from "../../codec/text/rendered-text.ts";
import { ShownText } from "../../codec/text/shown-text.ts";
import { compileRender } from "../../output/render/render.ts";
import type { RenderContext } from "../../output/render/renderer.ts";
import { fieldText } from "../../output/rows/cells.ts";
import { isNumberColumn, shortTitles } from "../../output/rows/shown-columns.ts";
import { visible } from "../../output/terminal/visible.ts";
import type { RowLocation } from "../../query/diff/comparisons.ts";
import { leafColumns } from "../../query/fields/columns.ts";
import type { Follower } from "../../query/follow/follower.ts";
import type { Query } from "../../query/query.ts";
import type { Row, ShownColumn } from "./contract.ts";

/** The most columns of a table; what more there is stays out of it, and in the layout. */
const MAX_COLUMNS = 200;
/** The longest text of a cell; what is cut off is counted. */
const MAX_CELL = 16_384;

/** The text of a cell, and the value behind it where a renderer made the text. */
interface CellText {
  readonly shown: string;
  readonly raw: string | undefined;
}

interface TableColumn {
  readonly column: RowColumn;
  readonly text: (row: RowLocation) => CellText;
}

/** Makes rows for the page of those that a follower has. */
export class PageTable {
  readonly columns: readonly ShownColumn[];
  readonly #columns: readonly TableColumn[];
  readonly #follower: Follower;

  constructor(follower: Follower, around: RenderContext) {
    const { query, counters } = follower;
    this.#follower = follower;
    const columns = columnsOf(query);
    const titles = shortTitles(columns);
    this.#columns = columns.map((column) => ({ column, text: compileText(column, around) }));
    this.columns = columns.map((column, i) => ({
      path: visible(column.name),
      title: visible(titles[i] ?? column.name),
      side: sideOf(column),
      isQuantity: isNumberColumn(column) || isQuantity(column),
      rendering: column.source.kind === "field" ? (column.source.field.layout.rendering ?? null) : null,
      type: column.source.kind === "field" ? visible(column.source.field.layout.typeName) : "",
      counter: placeOf(counters, column.name),
    }));
  }

  /** The place of a field among the columns; -1 where it is none of its own. */
  columnOf({ path }: Field): number {
    return this.#columns.findIndex(({ column }) => column.name === path);
  }

  /** Makes the row at an index of the follower's table. */
  row(index: number, id: number, isChanged: boolean): Row {
    const location = this.#follower.now(index);
    const cells: string[] = [];
    const raw: Record<number, string> = {};
    let hasRaw = false;
    for (const [i, { text }] of this.#columns.entries()) {
      const cell = text(location);
      cells.push(cell.shown);
      if (cell.raw === undefined) continue;
      raw[i] = cell.raw;
      hasRaw = true;
    }
    return { id, cells, ...(hasRaw && { raw }), ...(isChanged && { rates: this.#rates(index) }) };
  }

  #rates(index: number): (number | null)[] {
    const { counters } = this.#follower;
    return counters.map((counter) => {
      const rate = this.#follower.rate(index, counter);
      return rate === undefined ? null : Math.round(rate * 1000) / 1000;
    });
  }
}

function columnsOf(query: Query): readonly RowColumn[] {
  const cpu = query.rows === "cpu" || query.rows === "sorted-cpu";
  const columns = query.columns ?? leafColumns({ entryTypes: query.entryTypes, cpu }, { elements: 0 });
  // Rows that are followed have no place in the order of a read.
  return columns.filter(({ source }) => source.kind !== "index").slice(0, MAX_COLUMNS);
}

/** Renderers that show how much of something there is. */
const QUANTITIES: ReadonlySet<string> = new Set(["bytes", "duration", "age"]);

function isQuantity({ source }: RowColumn): boolean {
  return source.kind === "field" && QUANTITIES.has(source.field.layout.rendering ?? "");
}

function placeOf(counters: Follower["counters"], name: string): number | null {
  const place = counters.findIndex(({ path }) => path === name);
  return place < 0 ? null : place;
}

function sideOf({ source }: RowColumn): ShownColumn["side"] {
  return source.kind === "field" || source.kind === "cpus" ? source.field.side : "cpu";
}

function compileText({ source }: RowColumn, around: RenderContext): TableColumn["text"] {
  if (source.kind === "cpu" || source.kind === "index") return ({ cpu }) => ({ shown: String(cpu), raw: undefined });
  const { field } = source;
  const shown = compileField(field, compileRender("text", around), "name");
  const raw = hasRaw(field) ? compileField(field, () => undefined, "number") : undefined;
  const isKey = field.side === "key";
  return (row) => {
    const text = isKey ? shown(row.keys, row.keysView, row.k) : shown(row.values, row.valuesView, row.v);
    const behind = isKey ? raw?.(row.keys, row.keysView, row.k) : raw?.(row.values, row.valuesView, row.v);
    return { shown: text, raw: behind === text ? undefined : behind };
  };
}

function hasRaw({ layout }: Field): boolean {
  return layout.rendering !== undefined || layout.kind === "enum";
}

function compileField(field: Field, render: Render, enums: "name" | "number"): TextOfBytes {
  const text = fieldText(field, { json: { int64: "digits", enums }, render, shown: new ShownText() });
  return (bytes, view, at) => cut(visible(text(bytes, view, at)));
}

function cut(text: string): string {
  if (text.length <= MAX_CELL) return text;
  return `${text.slice(0, MAX_CELL)}… (${text.length - MAX_CELL} more characters)`;
}
