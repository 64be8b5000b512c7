import { viewOf } from "../../bytes.ts";
import { compileAccessor, scalarKind } from "../../codec/access/accessor.ts";
import type { Field } from "../../codec/access/field.ts";
import type { Render } from "../../codec/json/json-compiler.ts";
import type { JsonOptions, TextOfBytes } from "../../codec/json/json-helpers.ts";
import { compileJsonRow, type RowColumn } from "../../codec/json/json-row.ts";
import { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { ShownText } from "../../codec/text/shown-text.ts";
import { entryIndex, type RowRun, valueOffset } from "../../query/rows/rows.ts";
import type { EntryShape } from "../../reader/entries.ts";
import { errnoName } from "../../sys/errno.ts";

/** Returns the text of one column of a row, before anything is quoted or made visible. */
export type Cell = (run: RowRun, row: number) => string;

export interface CellOptions {
  readonly json: JsonOptions;
  readonly render: Render;
  /** Converts texts with bytes that are not UTF-8. */
  readonly shown: ShownText;
}

/** Compiles a column. Strings have no quotes; records and arrays are JSON. */
export function compileCell({ source }: RowColumn, shape: EntryShape, options: CellOptions): Cell {
  switch (source.kind) {
    case "cpu":
      return (run, row) => cpuText(run.cpus?.[row] ?? 0);
    case "index":
      return (run, row) => String(entryIndex(run, row));
    case "cpus":
    case "field":
      return fieldCell(source.field, shape, options);
  }
}

/** Returns the name of the errno for a row whose value could not be read; undefined for any other row. */
export function rowError({ batch: { errnos }, entries }: RowRun, row: number): string | undefined {
  const errno = errnos?.[entries[row] as number] ?? 0;
  return errno === 0 ? undefined : errnoName(errno);
}

function cpuText(cpu: number): string {
  return cpu < 0 ? "" : String(cpu);
}

function fieldCell(field: Field, shape: EntryShape, options: CellOptions): Cell {
  const isKey = field.side === "key";
  const text = fieldText(field, options);
  let known: Uint8Array | undefined;
  let view = viewOf(new Uint8Array(0));
  return (run, row) => {
    const bytes = isKey ? run.batch.keys : run.batch.values;
    if (bytes !== known) view = viewOf(bytes);
    known = bytes;
    const entry = run.entries[row] as number;
    if (!isKey && run.batch.errnos !== undefined && run.batch.errnos[entry] !== 0) return "";
    return text(bytes, view, isKey ? entry * shape.keySize : valueOffset(run, row, shape.valueStride));
  };
}

/** Compiles the text of a field. */
export function fieldText(field: Field, options: CellOptions): TextOfBytes {
  const { render, shown } = options;
  const rendering = render(field);
  if (rendering !== undefined) return (bytes, view, at) => shown.of(rendering.text(bytes, view, at));
  const read = compileAccessor(field);
  switch (read && scalarKind(field)) {
    case "text":
      return (bytes, view, at) => shown.of(String(read?.(bytes, view, at)));
    case "float":
    case "bool":
      return (bytes, view, at) => scalarText(read?.(bytes, view, at));
    default:
      return jsonText(field, options);
  }
}

function scalarText(value: unknown): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Compiles the JSON of a field; a single string is given without its quotes. */
function jsonText(field: Field, { json, render, shown }: CellOptions): TextOfBytes {
  const chunks: string[] = [];
  const collect = (bytes: Uint8Array): void => void chunks.push(Buffer.from(bytes).toString("latin1"));
  const out = new OutputBuffer(collect, { capacity: 4096, shown });
  const shape: EntryShape = { keySize: 0, valueSize: 0, cpus: 0, valueStride: 0 };
  const column: RowColumn = { name: "", source: { kind: "field", field } };
  const print = compileJsonRow({ columns: [column], shape, options: json, render, tail: "" }, out);
  const start = '{"":'.length;
  const none = new Uint8Array(0);
  return (bytes, view, at) => {
    out.pos = print(out.pos, bytes, view, at, bytes, view, at, 0, 0, none);
    out.flush();
    // A chunk may end inside a character.
    const text = Buffer.from(chunks.join("").slice(start), "latin1").toString("utf8");
    chunks.length = 0;
    return text.startsWith('"') ? (JSON.parse(text) as string) : text;
  };
}
