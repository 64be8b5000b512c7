import { Chalk, type ChalkInstance } from "chalk";
import Table from "cli-table3";
import { scalarKind } from "../../codec/access/accessor.ts";
import type { RowColumn } from "../../codec/json/json-row.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { leafColumns } from "../../query/fields/columns.ts";
import type { Query } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import { cutToWidth, displayWidth, visible } from "../terminal/visible.ts";
import { type Cell, type CellOptions, compileCell, rowError } from "./cells.ts";
import type { RowWriter } from "./row-writer.ts";

export interface TableOptions extends CellOptions {
  /** Columns of the terminal; undefined where nothing limits them. */
  readonly width: number | undefined;
  readonly color: boolean;
  /** Called with one line about what has no room. */
  readonly warn: (line: string) => void;
}

/** One row as texts, and whether its value couldn't be read. */
interface TableRow {
  readonly cells: readonly string[];
  readonly error: string | undefined;
}

interface ShownColumn {
  readonly title: string;
  readonly cell: Cell;
  readonly isRight: boolean;
}

/** So many rows decide how wide columns are; then they, and all that follow, are printed. */
const MEASURED_ROWS = 500;
/** The least that a column of text is narrowed to. */
const NARROWEST = 8;
/** Between two columns. */
const GAP = 2;
/** The most that a cell takes where nothing limits the table. */
const WIDEST = 200;

/**
 * Prints rows as a table that fits the terminal: numbers to the right, long texts cut, and columns that have no room left
 * out, with a line that says so. What came out of the map is made visible, never obeyed.
 */
export class TableRows implements RowWriter {
  readonly #options: TableOptions;
  readonly #out: OutputBuffer;
  readonly #chalk: ChalkInstance;
  readonly #columns: readonly ShownColumn[];
  /** More columns than this have no room however narrow they are. */
  readonly #most: number;
  #waiting: TableRow[] = [];
  /** Widths of the columns that are shown, once known. */
  #widths: readonly number[] | undefined;
  #errors = 0;

  constructor(query: Query, out: OutputBuffer, options: TableOptions) {
    this.#options = options;
    this.#out = out;
    this.#chalk = new Chalk({ level: options.color ? 1 : 0 });
    this.#most =
      options.width === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil(options.width / (1 + GAP)));
    const columns =
      query.columns ?? leafColumns({ entryTypes: query.entryTypes, cpu: hasCpuRows(query) }, { elements: 0 });
    const titles = shortTitles(columns);
    this.#columns = columns.map((column, i) => ({
      title: visible(titles[i] ?? ""),
      cell: compileCell(column, query.shape, options),
      isRight: isNumber(column),
    }));
  }

  begin(): void {}

  write(run: RowRun): void {
    for (let row = 0; row < run.count; row++) {
      const error = rowError(run, row);
      const cells = this.#columns
        .slice(0, this.#widths?.length ?? this.#most)
        .map(({ cell }) => visible(cell(run, row)));
      this.#waiting.push({ cells, error });
      if (this.#waiting.length >= MEASURED_ROWS) this.#print();
    }
  }

  end(): void {
    this.#print();
    const { warn } = this.#options;
    const left = this.#columns.slice(this.#widths?.length).map(({ title }) => title);
    if (left.length > 0) warn(hiddenColumns(left));
    if (this.#errors > 0) warn(`Note: ${this.#errors} values could not be read`);
  }

  #print(): void {
    const isFirst = this.#widths === undefined;
    this.#widths ??= this.#fit();
    const widths = this.#widths;
    const rows = this.#waiting.map((row) => this.#cells(row, widths));
    this.#waiting = [];
    const head = this.#columns.slice(0, widths.length).map(({ title }, i) => cutToWidth(title, widths[i] ?? 0));
    const table = newTable(widths, this.#columns);
    if (isFirst) table.push(head.map((title) => this.#chalk.bold(title)));
    table.push(...rows);
    if (table.length === 0) return;
    const lines = table.toString().split("\n");
    this.#out.text(`${lines.map((line) => line.trimEnd()).join("\n")}\n`);
  }

  #cells({ cells, error }: TableRow, widths: readonly number[]): string[] {
    if (error !== undefined) this.#errors += 1;
    const shown = widths.map((width, i) => cutToWidth(cells[i] ?? "", width));
    const last = shown.length - 1;
    if (error !== undefined && last >= 0 && shown[last] === "") {
      shown[last] = this.#chalk.red(cutToWidth(error, widths[last] ?? 0));
    }
    return shown;
  }

  /** The widths of as many columns as fit. */
  #fit(): number[] {
    const wanted = this.#columns.map(({ title }, i) => {
      const cells = this.#waiting.map((row) => displayWidth(row.cells[i] ?? ""));
      return Math.min(
        WIDEST,
        cells.reduce((most, width) => Math.max(most, width), displayWidth(title)),
      );
    });
    const { width } = this.#options;
    if (width === undefined) return wanted;
    // A number that is cut is another number; a text that is cut still says something.
    const least = wanted.map((one, i) => (this.#columns[i]?.isRight ? one : Math.min(one, NARROWEST)));
    return fitWidths(wanted, least, width);
  }
}

function hiddenColumns(titles: readonly string[]): string {
  const named = titles.slice(0, 4).join(", ");
  const more = titles.length > 4 ? ` and ${titles.length - 4} more` : "";
  const columns = titles.length === 1 ? "column" : "columns";
  return `Note: no room for ${titles.length} ${columns}: ${named}${more} (--select chooses, -o csv or ndjson has all)`;
}

/**
 * As many columns as fit into a width, each as wide as wanted if that is possible; else the widest are narrowed first,
 * none below its `least`. There is always one.
 */
export function fitWidths(wanted: readonly number[], least: readonly number[], width: number): number[] {
  let count = 0;
  for (let used = -GAP; count < wanted.length; count++) {
    used += (least[count] ?? 0) + GAP;
    if (used > width && count > 0) break;
  }
  const widths = wanted.slice(0, count);
  for (let excess = totalWidth(widths) - width; excess > 0; excess--) {
    let widest = -1;
    for (const [i, one] of widths.entries()) {
      if (one > (least[i] ?? 0) && one > (widths[widest] ?? 0)) widest = i;
    }
    if (widest < 0) return widths.map((one) => Math.max(1, Math.min(one, width)));
    widths[widest] = (widths[widest] ?? 1) - 1;
  }
  return widths.map((one) => Math.max(1, one));
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, one) => sum + one + GAP, -GAP);
}

function newTable(widths: readonly number[], columns: readonly ShownColumn[]): InstanceType<typeof Table> {
  const none = { top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "" };
  const chars = { ...none, "bottom-left": "", "bottom-right": "", left: "", "left-mid": "", mid: "", "mid-mid": "" };
  return new Table({
    chars: { ...chars, right: "", "right-mid": "", middle: " ".repeat(GAP) },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colWidths: [...widths],
    colAligns: widths.map((_, i) => (columns[i]?.isRight ? "right" : "left")),
    wordWrap: false,
  });
}

function isNumber({ source }: RowColumn): boolean {
  if (source.kind === "cpu" || source.kind === "index") return true;
  if (source.field.layout.rendering !== undefined || source.field.layout.kind === "enum") return false;
  return ["integer", "float"].includes(scalarKind(source.field));
}

function hasCpuRows({ rows }: Query): boolean {
  return rows === "cpu" || rows === "sorted-cpu";
}

/** Paths without `key.` and `value.` where they stay different from each other. */
export function shortTitles(columns: readonly RowColumn[]): string[] {
  const short = columns.map(({ name }) => name.replace(/^(?:key|value)\./, ""));
  const uses = new Map<string, number>();
  for (const one of short) uses.set(one, (uses.get(one) ?? 0) + 1);
  return columns.map(({ name }, i) => (uses.get(short[i] ?? "") === 1 ? (short[i] ?? name) : name));
}
