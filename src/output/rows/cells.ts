import { viewOf } from "../../bytes.ts";
import { compileAccessor, scalarKind } from "../../codec/access/accessor.ts";
import type { Field } from "../../codec/access/field.ts";
import { compileJsonField } from "../../codec/json/json-field.ts";
import type { JsonOptions } from "../../codec/json/json-options.ts";
import type { Render } from "../../codec/json/json-program.ts";
import type { RowColumn } from "../../codec/json/json-row.ts";
import { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { TextOfBytes } from "../../codec/text/rendered-text.ts";
import type { ShownText } from "../../codec/text/shown-text.ts";
import { entryIndex, type RowRun, valueOffset } from "../../query/rows/rows.ts";
import type { EntryShape } from "../../reader/entries.ts";
import { extentIn, isLastField, lastFieldOffsets } from "../../schema/cut-value.ts";
import type { Layout } from "../../schema/layout.ts";
import { errnoName } from "../../sys/errno.ts";
import { type CutBytes, compileCutJson } from "./cut-json.ts";

/** Returns the text of one column of a row, before anything is quoted or made visible. */
export type Cell = (run: RowRun, row: number) => string;

export interface CellOptions {
  readonly json: JsonOptions;
  readonly render: Render;
  /** Converts texts with bytes that are not UTF-8. */
  readonly shown: ShownText;
}

/**
 * Compiles a column. Strings have no quotes; records and arrays are JSON. `value` is the type of whole values that may
 * be cut short; what is missing of one is empty.
 */
export function compileCell({ source }: RowColumn, shape: EntryShape, options: CellOptions, value?: Layout): Cell {
  switch (source.kind) {
    case "cpu":
      return (run, row) => cpuText(run.cpus?.[row] ?? 0);
    case "index":
      return (run, row) => String(entryIndex(run, row));
    case "cpus":
    case "field":
      return fieldCell(source.field, shape, options, value);
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

function fieldCell(field: Field, shape: EntryShape, options: CellOptions, value: Layout | undefined): Cell {
  const isKey = field.side === "key";
  const text = fieldText(field, options);
  let cutText: CutText | undefined;
  let known: Uint8Array | undefined;
  let view = viewOf(new Uint8Array(0));
  return (run, row) => {
    const bytes = isKey ? run.batch.keys : run.batch.values;
    if (bytes !== known) view = viewOf(bytes);
    known = bytes;
    const entry = run.entries[row] as number;
    if (!isKey && run.batch.errnos !== undefined && run.batch.errnos[entry] !== 0) return "";
    const length = isKey ? undefined : run.batch.lengths?.[entry];
    if (length !== undefined && value !== undefined) {
      cutText ??= compileCutText(field, value, text, options);
      return cutText({ bytes, view, at: entry * shape.valueStride, length });
    }
    return text(bytes, view, isKey ? entry * shape.keySize : valueOffset(run, row, shape.valueStride));
  };
}

/** Returns the text of a field of a value that was cut short. */
type CutText = (value: CutBytes) => string;

/** Compiles a field of values that are cut short: what is missing is empty, and what is there in part is JSON. */
function compileCutText(field: Field, value: Layout, whole: TextOfBytes, options: CellOptions): CutText {
  const place = { ...field, isLast: isLastField(lastFieldOffsets(value), field) };
  const collected = collectedText(options.shown);
  const print = compileCutJson(place, options.json, options.render, collected.out);
  return (cut) => {
    const extent = extentIn(place, cut.length);
    if (extent.kind === "missing") return "";
    if (extent.kind === "whole") return whole(cut.bytes, cut.view, cut.at);
    print(cut);
    return unquoted(collected.take());
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
    case "integer":
      if (field.layout.kind === "enum") return rememberedText((...value) => read?.(...value), jsonText(field, options));
      return (bytes, view, at) => String(read?.(bytes, view, at));
    case "float":
    case "bool":
      return (bytes, view, at) => scalarText(read?.(bytes, view, at));
    default:
      return jsonText(field, options);
  }
}

/** The most texts of one column that are remembered. */
const MOST_REMEMBERED = 1024;

/**
 * Remembers the texts of values, of which an enum has few: the text engine is made for many rows, and takes long for
 * one.
 */
function rememberedText(read: (...place: Parameters<TextOfBytes>) => unknown, text: TextOfBytes): TextOfBytes {
  const known = new Map<unknown, string>();
  return (bytes, view, at) => {
    const value = read(bytes, view, at);
    const found = known.get(value) ?? text(bytes, view, at);
    if (known.size < MOST_REMEMBERED) known.set(value, found);
    return found;
  };
}

function scalarText(value: unknown): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Compiles the JSON of a field; a single string is given without its quotes. */
function jsonText(field: Field, { json, render, shown }: CellOptions): TextOfBytes {
  const collected = collectedText(shown);
  const print = compileJsonField(field, json, render, collected.out);
  return (bytes, _view, at) => {
    print(bytes, at);
    return unquoted(collected.take());
  };
}

/** Output that is taken as a text, time and again. */
class CollectedText {
  readonly out: OutputBuffer;
  #chunks: Uint8Array[] = [];

  constructor(shown: ShownText) {
    const collect = (bytes: Uint8Array): void => void this.#chunks.push(bytes.slice());
    this.out = new OutputBuffer(collect, { capacity: 4096, shown });
  }

  take(): string {
    this.out.flush();
    const text = Buffer.concat(this.#chunks).toString("utf8");
    this.#chunks = [];
    return text;
  }
}

const collectedTexts = new WeakMap<ShownText, CollectedText>();

/** Returns what all cells of an output share: it has a memory of the text engine. */
function collectedText(shown: ShownText): CollectedText {
  const known = collectedTexts.get(shown) ?? new CollectedText(shown);
  collectedTexts.set(shown, known);
  return known;
}

function unquoted(json: string): string {
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}
