import { stringify } from "csv-stringify/sync";
import type { RowColumn } from "../../codec/json/json-row.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { leafColumns } from "../../query/fields/columns.ts";
import type { Query } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import { visible } from "../terminal/visible.ts";
import { type Cell, type CellOptions, compileCell, rowError } from "./cells.ts";
import { withoutFormula } from "./formulas.ts";
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

/** Rows that become text together: so few that the garbage collector finds them dead while they are young. */
const ROWS_AT_ONCE = 64;

/** The characters that readers might take for the end of a cell or of a line. */
const NEEDS_QUOTES = /[",\r\n]/;

/** Arrays of up to this many elements have a column for each; longer ones are JSON in one column. */
const MAX_ELEMENT_COLUMNS = 64;

/**
 * Writes rows in CSV as RFC 4180 describes it: a line of paths, then a line for each row, ended by CRLF; text with
 * commas, quotes or line ends is quoted. The cells of a value that could not be read are empty, which a note says at
 * the end. On a terminal, lines end in LF and control characters are made visible.
 */
export class CsvRows implements RowWriter {
  readonly #out: OutputBuffer;
  readonly #columns: readonly RowColumn[];
  readonly #cells: readonly Cell[];
  readonly #areNumbers: readonly boolean[];
  readonly #options: CsvOptions;
  #unread = 0;

  constructor(query: Query, out: OutputBuffer, options: CsvOptions) {
    this.#out = out;
    this.#options = options;
    const cpu = query.rows === "cpu" || query.rows === "sorted-cpu";
    this.#columns =
      query.columns ?? leafColumns({ entryTypes: query.entryTypes, cpu }, { elements: MAX_ELEMENT_COLUMNS });
    this.#areNumbers = this.#columns.map(isNumberColumn);
    const cellOptions = { ...options, shown: out.shown };
    const { value } = query.entryTypes;
    this.#cells = this.#columns.map((column) => compileCell(column, query.shape, cellOptions, value));
  }

  begin(): void {
    this.#lines([this.#columns.map(({ name }) => this.#out.shown.name(name))]);
  }

  write(run: RowRun): void {
    for (let row = 0; row < run.count; row++) if (rowError(run, row) !== undefined) this.#unread += 1;
    for (let from = 0; from < run.count; from += ROWS_AT_ONCE) {
      const length = Math.min(ROWS_AT_ONCE, run.count - from);
      this.#lines(Array.from({ length }, (_, i) => this.#cells.map((cell) => cell(run, from + i))));
    }
  }

  end(): void {
    if (this.#unread > 0) this.#options.warn(unreadNote(this.#unread, "are shown without them"));
  }

  #lines(rows: readonly (readonly string[])[]): void {
    const { isTerminal, isSafe } = this.#options;
    const harmless = isSafe
      ? rows.map((row) => row.map((text, i) => withoutFormula(text, this.#areNumbers[i] === true)))
      : rows;
    const shown = isTerminal ? harmless.map((row) => row.map(visible)) : (harmless as string[][]);
    const end = isTerminal ? "\n" : "\r\n";
    this.#out.text(shown.map((row) => `${lineOf(row)}${end}`).join(""));
  }
}

/**
 * Returns a line without its end. The library gets those with a cell to quote: it takes several times as long as
 * `join`.
 */
function lineOf(row: readonly string[]): string {
  if (!row.some((text) => NEEDS_QUOTES.test(text))) return row.join(",");
  // By default the library quotes text with a whole CRLF only, though readers accept half of it as a line end.
  return stringify([row as string[]], { eof: false, quoted_match: NEEDS_QUOTES });
}
