import type { Field } from "../../codec/access/field.ts";
import { type CsvRowFormat, compileCsvRow } from "../../codec/csv/csv-row.ts";
import type { RowColumn } from "../../codec/json/json-row.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { TextOfBytes } from "../../codec/text/rendered-text.ts";
import type { RowPrinter } from "../../codec/text/row-printer.ts";
import type { Listing } from "../../codec/text/text-engine.ts";
import { EbpfMapError } from "../../errors.ts";
import { leafColumns } from "../../query/fields/columns.ts";
import type { Query } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import type { BatchMemory } from "../../reader/entries.ts";
import { type Cell, type CellOptions, compileCell, fieldText } from "./cells.ts";
import { csvLine } from "./csv-line.ts";
import { withoutFormula } from "./formulas.ts";
import { eachStretch, rowList } from "./row-lists.ts";
import type { RowWriter } from "./row-writer.ts";
import { isNumberColumn } from "./shown-columns.ts";
import { unreadNote } from "./unread-note.ts";

export interface CsvOptions extends Omit<CellOptions, "shown"> {
  readonly isTerminal: boolean;
  /** Texts that a spreadsheet would run as formulas get an apostrophe in front. */
  readonly isSafe: boolean;
  /** Called with one line about values that are missing. */
  readonly warn: (line: string) => void;
}

/** Rows with nothing between them. */
const EACH_ALONE: Listing = { listed: false, first: true };

/** Arrays of up to this many elements have a column for each; longer ones are JSON in one column. */
const MAX_ELEMENT_COLUMNS = 64;

/**
 * Writes rows in CSV as RFC 4180 describes it: a line of paths, then a line for each row, ended by CRLF; text with
 * commas, quotes or line ends is quoted. The cells of a value that could not be read are empty, which a note says at
 * the end. On a terminal, lines end in LF and control characters are made visible.
 */
export class CsvRows implements RowWriter {
  readonly #query: Query;
  readonly #out: OutputBuffer;
  readonly #columns: readonly RowColumn[];
  readonly #areNumbers: readonly boolean[];
  readonly #options: CsvOptions;
  /** Writes rows as they are; undefined where each is written cell by cell. */
  readonly #row: RowPrinter | undefined;
  readonly #cells: () => readonly Cell[];
  #unread = 0;

  constructor(query: Query, out: OutputBuffer, options: CsvOptions) {
    this.#query = query;
    this.#out = out;
    this.#options = options;
    const cpu = query.rows === "cpu" || query.rows === "sorted-cpu";
    this.#columns =
      query.columns ?? leafColumns({ entryTypes: query.entryTypes, cpu }, { elements: MAX_ELEMENT_COLUMNS });
    this.#areNumbers = this.#columns.map(isNumberColumn);
    const { json, render } = options;
    const cellOptions = { ...options, shown: out.shown };
    const text = (field: Field): TextOfBytes => fieldText(field, cellOptions);
    const { shape, entryTypes } = query;
    const isPlain = !options.isTerminal && !options.isSafe;
    const format = { columns: this.#columns, shape, options: json, render, text };
    this.#row = isPlain ? rowPrinter(format, out) : undefined;
    let cells: readonly Cell[] | undefined;
    this.#cells = () => {
      cells ??= this.#columns.map((column) => compileCell(column, shape, cellOptions, entryTypes.value));
      return cells;
    };
    if (this.#row === undefined) this.#cells();
  }

  batchMemory(): BatchMemory | undefined {
    return this.#row?.batchMemory();
  }

  begin(): void {
    this.#line(this.#columns.map(({ name }) => this.#out.shown.name(name)));
  }

  write(run: RowRun): void {
    const printer = this.#row;
    eachStretch(
      run,
      (from, end) => {
        if (printer !== undefined) printer.printAll(run.batch, rowList(run, from, end, this.#query.shape), EACH_ALONE);
        else for (let row = from; row < end; row++) this.#writeCells(run, row);
      },
      ({ row, errno }) => {
        if (errno !== 0) this.#unread += 1;
        this.#writeCells(run, row);
      },
    );
  }

  end(): void {
    if (this.#unread > 0) this.#options.warn(unreadNote(this.#unread, "are shown without them"));
  }

  #writeCells(run: RowRun, row: number): void {
    this.#line(this.#cells().map((cell) => cell(run, row)));
  }

  #line(texts: readonly string[]): void {
    const { isTerminal, isSafe } = this.#options;
    const harmless = isSafe ? texts.map((text, i) => withoutFormula(text, this.#areNumbers[i] === true)) : texts;
    this.#out.text(csvLine(harmless, isTerminal));
  }
}

/** Compiles rows for the text engine; undefined for rows that are too much for one program of it. */
function rowPrinter(format: CsvRowFormat, out: OutputBuffer): RowPrinter | undefined {
  try {
    return compileCsvRow(format, out);
  } catch (error) {
    if (error instanceof EbpfMapError && error.code === "LAYOUT_INVALID") return undefined;
    throw error;
  }
}
