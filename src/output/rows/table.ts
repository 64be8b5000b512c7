import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { leafColumns } from "../../query/fields/columns.ts";
import type { Query } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import { terminalColours } from "../terminal/colours.ts";
import { paddedLine } from "../terminal/padded-line.ts";
import { fitWidths, GAP, tableLines, wantedWidths } from "../terminal/text-table.ts";
import { visible } from "../terminal/visible.ts";
import { type Cell, type CellOptions, compileCell, rowError } from "./cells.ts";
import type { RowWriter } from "./row-writer.ts";
import { isNumberColumn, isUncut, shortTitles } from "./shown-columns.ts";
import { unreadNote } from "./unread-note.ts";

export interface TableOptions extends Omit<CellOptions, "shown"> {
  /** Columns of the terminal; undefined where nothing limits them. */
  readonly width: number | undefined;
  readonly color: boolean;
  /** Called with one line about columns that have no room. */
  readonly warn: (line: string) => void;
}

/** The texts of a row, and the errno's name if its value could not be read. */
interface TableRow {
  readonly cells: readonly string[];
  readonly error: string | undefined;
}

interface ShownColumn {
  readonly title: string;
  readonly cell: Cell;
  readonly isRight: boolean;
  readonly isUncut: boolean;
}

/** The number of rows that decide the widths of columns before the first is printed. */
const MEASURED_ROWS = 500;
/** The least width to which a column of text is narrowed. */
const NARROWEST = 8;
/** The widest cell of a table whose width is not limited. */
const WIDEST = 200;

/**
 * Prints rows as a table that fits the terminal: numbers are aligned right, long texts cut, and columns without room
 * left out, which a note says. Control characters from the map are made visible.
 */
export class TableRows implements RowWriter {
  readonly #options: TableOptions;
  readonly #out: OutputBuffer;
  readonly #colours: ReturnType<typeof terminalColours>;
  readonly #columns: readonly ShownColumn[];
  /** The most columns that could have room if each were one character wide. */
  readonly #most: number;
  #waiting: TableRow[] = [];
  /** The widths of the columns that are shown; undefined until they are known. */
  #widths: readonly number[] | undefined;
  #errors = 0;
  /** Rows come one by one: a head is printed again where later rows need other widths. */
  #isLive = false;

  constructor(query: Query, out: OutputBuffer, options: TableOptions) {
    this.#options = options;
    this.#out = out;
    this.#colours = terminalColours(options.color);
    this.#most =
      options.width === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil(options.width / (1 + GAP)));
    const columns =
      query.columns ?? leafColumns({ entryTypes: query.entryTypes, cpu: hasCpuRows(query) }, { elements: 0 });
    const titles = shortTitles(columns);
    this.#columns = columns.map((column, i) => ({
      title: visible(out.shown.name(titles[i] ?? "")),
      cell: compileCell(column, query.shape, { ...options, shown: out.shown }, query.entryTypes.value),
      isRight: isNumberColumn(column),
      isUncut: isUncut(column),
    }));
  }

  get #titles(): readonly string[] {
    return this.#columns.map(({ title }) => title);
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

  flush(): void {
    this.#isLive = true;
    if (this.#waiting.length > 0) this.#print();
  }

  end(): void {
    if (!this.#isLive || this.#widths === undefined || this.#waiting.length > 0) this.#print();
    const { warn } = this.#options;
    const left = this.#columns.slice(this.#widths?.length).map(({ title }) => title);
    if (left.length > 0) warn(hiddenColumns(left));
    if (this.#errors > 0) warn(unreadNote(this.#errors, "are shown without them"));
  }

  #print(): void {
    const before = this.#widths;
    const widths = before === undefined || this.#isLive ? this.#fit(before) : before;
    const isFirst = before === undefined || widths.some((width, i) => width !== before[i]);
    this.#widths = widths;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { error } of waiting) if (error !== undefined) this.#errors += 1;
    if (isFirst) this.#put(tableLines(this.#columns, widths, [this.#titles], (text) => this.#colours.bold(text)));
    this.#put(waiting.map((row) => this.#line(row, widths)));
  }

  #line({ cells, error }: TableRow, widths: readonly number[]): string {
    const last = widths.length - 1;
    if (error === undefined || last < 0 || cells[last] !== "") return paddedLine(this.#columns, widths, cells);
    const paint = (text: string, column: number): string => (column === last ? this.#colours.red(text) : text);
    return paddedLine(this.#columns, widths, [...cells.slice(0, last), error], paint);
  }

  #put(lines: readonly string[]): void {
    for (const line of lines) {
      this.#out.text(`${line}\n`);
      this.#out.flushIfFull();
    }
  }

  /** Returns the widths of as many columns as fit, of those that `before` has, and none narrower than there. */
  #fit(before: readonly number[] | undefined): number[] {
    const cells = [this.#titles, ...this.#waiting.map((row) => row.cells)];
    const columns = before?.length ?? this.#columns.length;
    const needed = wantedWidths(cells, columns).map((one) => Math.min(WIDEST, one));
    const wanted = needed.map((one, i) => Math.max(one, before?.[i] ?? 0));
    const { width } = this.#options;
    if (width === undefined) return wanted;
    const least = wanted.map((one, i) => (this.#columns[i]?.isUncut ? one : Math.min(one, NARROWEST)));
    return fitWidths(wanted, least, width);
  }
}

function hiddenColumns(titles: readonly string[]): string {
  const named = titles.slice(0, 4).join(", ");
  const more = titles.length > 4 ? ` and ${titles.length - 4} more` : "";
  const columns = titles.length === 1 ? "column" : "columns";
  return `Note: no room for ${titles.length} ${columns}: ${named}${more} (--select chooses, -o csv or ndjson has all)`;
}

function hasCpuRows({ rows }: Query): boolean {
  return rows === "cpu" || rows === "sorted-cpu";
}
