import { wholeField } from "../../codec/access/field.ts";
import type { JsonOptions } from "../../codec/json/json-options.ts";
import type { Render } from "../../codec/json/json-program.ts";
import { compileJsonRow, type RowColumn } from "../../codec/json/json-row.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { RowPrinter } from "../../codec/text/row-printer.ts";
import { ROWS_PER_CALL, type RowOffsets } from "../../codec/text/text-engine.ts";
import type { Query } from "../../query/query.ts";
import { entryIndex, type RowRun } from "../../query/rows/rows.ts";
import type { BatchMemory } from "../../reader/entries.ts";
import { errnoName } from "../../sys/errno.ts";
import { CutRows } from "./cut-rows.ts";
import { eachStretch, rowList } from "./row-lists.ts";
import type { RowWriter } from "./row-writer.ts";

export interface JsonRowsOptions extends JsonOptions {
  /** All rows are one array, with a row on each line; else each line is a document. */
  readonly array: boolean;
  readonly render: Render;
  /** Members before the first column, each with a comma behind it. */
  readonly leading?: string;
  /** The text behind a row's last column: by default a brace, with a new line outside an array. */
  readonly rowEnd?: string;
}

/**
 * Writes rows as strict JSON: `{"key":…,"value":…}`, or the selected columns by their paths. The CPUs of an entry share
 * a row, `"values":[{"cpu":0,"value":…},…]`; where they are sorted, each has its own, `{"key":…,"cpu":0,"value":…}`. An
 * entry whose value could not be read is `{"key":…,"error":"ENOENT"}`.
 */
export class JsonRows implements RowWriter {
  readonly #query: Query;
  readonly #out: OutputBuffer;
  readonly #isArray: boolean;
  readonly #row: RowPrinter;
  readonly #keyRow: RowPrinter;
  /** The CPUs of an entry share a row. */
  readonly #joinsCpus: boolean;
  readonly #rowEnd: string;
  readonly #cutRows: () => CutRows;
  #written = 0;

  constructor(query: Query, out: OutputBuffer, { array, render, rowEnd, leading = "", ...options }: JsonRowsOptions) {
    this.#query = query;
    this.#out = out;
    this.#isArray = array;
    this.#joinsCpus = query.rows === "cpu" && query.columns === undefined;
    const columns = query.columns ?? wholeColumns(query);
    this.#rowEnd = rowEnd ?? (array ? "}" : "}\n");
    const format = { shape: query.shape, options, render, head: `${array ? "\n{" : "{"}${leading}` };
    this.#row = compileJsonRow({ ...format, columns, tail: this.#rowEnd }, out);
    let cutRows: CutRows | undefined;
    this.#cutRows = () => {
      cutRows ??= new CutRows(query, columns, out, { ...options, render, tail: this.#rowEnd });
      return cutRows;
    };
    const ofKey = columns.filter(({ source }) => source.kind === "index" || isOfKey(source));
    const tail = ofKey.length > 0 ? ',"error":' : '"error":';
    this.#keyRow = compileJsonRow({ ...format, columns: ofKey, tail }, out);
  }

  batchMemory(): BatchMemory {
    return this.#row.batchMemory();
  }

  begin(): void {
    if (this.#isArray) this.#out.text("[");
  }

  write(run: RowRun): void {
    eachStretch(
      run,
      (from, end) => this.#writeRows(run, from, end),
      ({ row, errno, length }) => {
        if (errno !== 0) this.#writeError(run, row, errno);
        else this.#writeCut(run, row, length);
      },
    );
  }

  end(): void {
    if (this.#isArray) this.#out.text(this.#written > 0 ? "\n]\n" : "]\n");
  }

  #writeRows(run: RowRun, from: number, end: number): void {
    if (!this.#joinsCpus) this.#writeAlone(run, from, end);
    else for (let row = from; row < end; ) row = this.#writeJoined(run, row, end);
  }

  #writeAlone(run: RowRun, from: number, end: number): void {
    this.#row.printAll(run.batch, rowList(run, from, end, this.#query.shape), this.#listing(end - from));
  }

  /** Writes entries with their CPUs, as many as one list of CPUs has room for. Returns the first row that is left. */
  #writeJoined(run: RowRun, from: number, end: number): number {
    const { entries } = run;
    const { keySize, valueStride } = this.#query.shape;
    const firsts: number[] = [];
    let last = from;
    for (let row = from; row < end; row++) {
      if (row > from && entries[row] === entries[row - 1]) continue;
      if (row - from >= ROWS_PER_CALL) break;
      firsts.push(row - from);
      last = row;
    }
    while (last < end && entries[last] === entries[from + (firsts.at(-1) ?? 0)]) last += 1;
    const place = (row: number, to: RowOffsets): void => {
      const first = firsts[row] as number;
      const entry = entries[from + first] as number;
      to.key = entry * keySize;
      to.value = entry * valueStride;
      to.cpu = first;
      to.index = firsts[row + 1] ?? last - from;
    };
    const list = { count: firsts.length, valueSize: valueStride, place, cpus: run.cpus?.subarray(from, last) };
    this.#row.printAll(run.batch, list, this.#listing(firsts.length));
    return last;
  }

  /** Counts rows, and tells how they follow those before them. */
  #listing(rows: number): { listed: boolean; first: boolean } {
    const first = this.#written === 0;
    this.#written += rows;
    return { listed: this.#isArray, first };
  }

  #writeError(run: RowRun, row: number, errno: number): void {
    const key = (run.entries[row] as number) * this.#query.shape.keySize;
    const { listed, first } = this.#listing(1);
    if (listed && !first) this.#out.text(",");
    this.#keyRow.print(run.batch, { key, value: 0, cpu: 0, index: entryIndex(run, row) });
    this.#out.text(`"${errnoName(errno)}"${this.#rowEnd}`);
  }

  #writeCut(run: RowRun, row: number, length: number): void {
    const { listed, first } = this.#listing(1);
    if (listed) this.#out.text(first ? "\n" : ",\n");
    this.#cutRows().print(run, row, length);
  }
}

function isOfKey(source: RowColumn["source"]): boolean {
  return source.kind === "field" && source.field.side === "key";
}

function wholeColumns({ entryTypes, rows }: Query): RowColumn[] {
  const value = wholeField("value", entryTypes.value);
  const key: RowColumn[] =
    entryTypes.key === undefined
      ? []
      : [{ name: "key", source: { kind: "field", field: wholeField("key", entryTypes.key) } }];
  if (rows === "cpu") return [...key, { name: "values", source: { kind: "cpus", field: value } }];
  const cpu: RowColumn[] = rows === "sorted-cpu" ? [{ name: "cpu", source: { kind: "cpu" } }] : [];
  return [...key, ...cpu, { name: "value", source: { kind: "field", field: value } }];
}
