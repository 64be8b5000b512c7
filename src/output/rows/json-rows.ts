import { viewOf } from "../../bytes.ts";
import { wholeField } from "../../codec/access/field.ts";
import type { Render } from "../../codec/json/json-compiler.ts";
import type { JsonOptions } from "../../codec/json/json-helpers.ts";
import { compileJsonRow, type PrintRow, type RowColumn } from "../../codec/json/json-row.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { Query } from "../../query/query.ts";
import { entryIndex, type RowRun } from "../../query/rows/rows.ts";
import { errnoName } from "../../sys/errno.ts";
import { CutRows } from "./cut-rows.ts";
import type { RowWriter } from "./row-writer.ts";

export interface JsonRowsOptions extends JsonOptions {
  /** All rows are one array, with a row on each line; else each line is a document. */
  readonly array: boolean;
  readonly render: Render;
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
  readonly #print: PrintRow;
  readonly #printKey: PrintRow;
  /** The CPUs of an entry share a row. */
  readonly #joinsCpus: boolean;
  readonly #shown: Uint8Array;
  readonly #rowEnd: string;
  readonly #cutRows: () => CutRows;
  #written = 0;

  constructor(query: Query, out: OutputBuffer, { array, render, rowEnd, ...options }: JsonRowsOptions) {
    this.#query = query;
    this.#out = out;
    this.#isArray = array;
    this.#joinsCpus = query.rows === "cpu" && query.columns === undefined;
    this.#shown = new Uint8Array(query.shape.cpus);
    const columns = query.columns ?? wholeColumns(query);
    this.#rowEnd = rowEnd ?? (array ? "}" : "}\n");
    const format = { shape: query.shape, options, render };
    this.#print = compileJsonRow({ ...format, columns, tail: this.#rowEnd }, out);
    let cutRows: CutRows | undefined;
    this.#cutRows = () => {
      cutRows ??= new CutRows(query, columns, out, { ...options, render, tail: this.#rowEnd });
      return cutRows;
    };
    const ofKey = columns.filter(({ source }) => source.kind === "index" || isOfKey(source));
    const tail = ofKey.length > 0 ? ',"error":' : '"error":';
    this.#printKey = compileJsonRow({ ...format, columns: ofKey, tail }, out);
  }

  begin(): void {
    if (this.#isArray) this.#out.text("[");
  }

  write(run: RowRun): void {
    const { keySize, valueStride } = this.#query.shape;
    const { keys, values, errnos, lengths } = run.batch;
    const out = this.#out;
    const print = this.#print;
    const kd = viewOf(keys);
    const vd = viewOf(values);
    for (let row = 0; row < run.count; row++) {
      const entry = run.entries[row] as number;
      const index = entryIndex(run, row);
      this.#separate();
      const k = entry * keySize;
      if (errnos !== undefined && errnos[entry] !== 0) {
        this.#writeError(run, k, index, errnos[entry] as number);
        continue;
      }
      if (lengths !== undefined) {
        this.#cutRows().print(run, row, lengths[entry] as number);
        continue;
      }
      const cpu = run.cpus === undefined ? 0 : (run.cpus[row] as number);
      let v = entry * valueStride;
      if (this.#joinsCpus) row = this.#join(run, row);
      else v += cpu * run.cpuStride;
      out.pos = print(out.pos, keys, kd, k, values, vd, v, cpu, index, this.#shown);
    }
  }

  end(): void {
    if (this.#isArray) this.#out.text(this.#written > 0 ? "\n]\n" : "]\n");
  }

  #separate(): void {
    const out = this.#out;
    if (out.pos > out.limit) out.flush();
    if (!this.#isArray) return;
    if (this.#written++ > 0) out.bytes[out.pos++] = 0x2c;
    out.bytes[out.pos++] = 0x0a;
  }

  /** Marks the CPUs of the entry whose rows begin at `row`, and returns the last of these rows. */
  #join({ entries, cpus, count }: RowRun, row: number): number {
    this.#shown.fill(0);
    let last = row;
    for (let next = row; next < count && entries[next] === entries[row]; next++) {
      this.#shown[cpus?.[next] ?? 0] = 1;
      last = next;
    }
    return last;
  }

  #writeError({ batch }: RowRun, k: number, index: number, errno: number): void {
    const out = this.#out;
    const kd = viewOf(batch.keys);
    out.pos = this.#printKey(out.pos, batch.keys, kd, k, batch.values, viewOf(batch.values), 0, 0, index, this.#shown);
    out.text(`"${errnoName(errno)}"${this.#rowEnd}`);
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
