import { wholeField } from "../../codec/access/field.ts";
import type { JsonOptions } from "../../codec/json/json-options.ts";
import type { Render } from "../../codec/json/json-program.ts";
import { compileJsonRow, type RowColumn } from "../../codec/json/json-row.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { RowPrinter } from "../../codec/text/row-printer.ts";
import { endsOpen } from "../../schema/cut-value.ts";
import type { EventBatch } from "../../stream/event-batch.ts";
import { EVENT_KEY, EVENT_KEY_SIZE, EVENT_KEY_TIME } from "../../stream/event-key.ts";
import { type EventFit, type EventType, eventFit } from "../../stream/event-types.ts";
import { compileCutValue, type PrintCut } from "../rows/cut-json.ts";
import type { EventPrinter, PrintedEvents } from "./printer.ts";

/** The form of events in JSON. */
export interface EventJsonOptions extends PrintedEvents, JsonOptions {
  readonly render: Render;
  /** One object a line, or one array of all. */
  readonly shape: "lines" | "array";
}

/**
 * Prints events as strict JSON: `{"value":…}`, or from a perf event array `{"key":{"cpu":…,"time_ns":…},"value":…}`,
 * with the `type` at the end if there are several. An event that is not as long as its type has `size` and `type_size`;
 * what is missing of a shorter one is null. An event without a type has its `size` and its `bytes` in hexadecimal
 * instead of a value.
 */
export class JsonEvents implements EventPrinter {
  readonly #out: OutputBuffer;
  readonly #form: EventJsonOptions;
  readonly #rows: readonly TypeRows[];
  readonly #key: Uint8Array = new Uint8Array(EVENT_KEY_SIZE);
  readonly #keyView: DataView = new DataView(this.#key.buffer);
  #printed = 0;

  constructor(out: OutputBuffer, form: EventJsonOptions) {
    this.#out = out;
    this.#form = form;
    const several = form.types.all.length > 1;
    this.#rows = form.types.all.map((type) => compileRows(type, several, form, out));
    if (form.shape === "array") out.text("[");
  }

  print(batch: EventBatch, i: number): void {
    const { types, perf, shape } = this.#form;
    const out = this.#out;
    out.flushIfFull();
    if (shape === "array" && this.#printed > 0) out.bytes[out.pos++] = 0x2c;
    this.#printed += 1;
    const index = types.indexOf(batch, i);
    const rows = this.#rows[index];
    const length = batch.length[i] as number;
    const fit = rows && eventFit(length, rows.type.layout.size, perf);
    if (rows === undefined) this.#printBytes(batch, i);
    else if (fit === "short" || rows.isOpen) this.#printCut(rows, fit, batch, i);
    else this.#printRow(fit === "exact" ? rows.exact : rows.long, batch, i);
    if (shape === "lines") out.bytes[out.pos++] = 0x0a;
  }

  end(): void {
    if (this.#form.shape === "array") this.#out.text("]\n");
  }

  #printRow(row: RowPrinter, batch: EventBatch, i: number): void {
    if (this.#form.perf) {
      this.#keyView.setUint32(0, batch.cpu[i] as number, true);
      this.#keyView.setBigUint64(EVENT_KEY_TIME, batch.time[i] as bigint, true);
    }
    const [at, length] = [batch.at[i] as number, batch.length[i] as number];
    row.print({ keys: this.#key, values: batch.bytes }, { key: 0, value: at, cpu: 0, index: length });
  }

  /** An event that is too short, or whose last array goes on to its end. */
  #printCut(rows: TypeRows, fit: EventFit | undefined, batch: EventBatch, i: number): void {
    const [at, length] = [batch.at[i] ?? 0, batch.length[i] ?? 0];
    const { size } = rows.type.layout;
    this.#out.text(`{${this.#keyText(batch, i)}"value":`);
    rows.cut ??= compileCutValue(rows.type.layout, this.#form, this.#form.render, this.#out);
    rows.cut({ bytes: batch.bytes, view: batch.view, at, length });
    this.#out.text(`${fit === "exact" ? "" : `,"size":${length},"type_size":${size}`}${rows.tail}`);
  }

  #printBytes(batch: EventBatch, i: number): void {
    const [at, length] = [batch.at[i] ?? 0, batch.length[i] ?? 0];
    const name = this.#form.types.all.length > 1 ? `,"type":null` : "";
    const bytes = Buffer.from(batch.bytes.buffer, at, length).toString("hex");
    this.#out.text(`{${this.#keyText(batch, i)}"bytes":"${bytes}","size":${length}${name}}`);
  }

  #keyText({ cpu, time }: Pick<EventBatch, "cpu" | "time">, i: number): string {
    return this.#form.perf ? `"key":{"cpu":${cpu[i]},"time_ns":${time[i]}},` : "";
  }
}

/** The rows of events of one type, and of longer ones. */
interface TypeRows {
  readonly type: EventType;
  readonly exact: RowPrinter;
  readonly long: RowPrinter;
  /** The last array of the type has no length. */
  readonly isOpen: boolean;
  /** The text behind an event's last column. */
  readonly tail: string;
  /** Made for the first event that needs it. */
  cut: PrintCut | undefined;
}

function compileRows(type: EventType, several: boolean, form: EventJsonOptions, out: OutputBuffer): TypeRows {
  const { layout, name } = type;
  const shape = { keySize: EVENT_KEY_SIZE, valueSize: layout.size, cpus: 0, valueStride: layout.size };
  const columns: RowColumn[] = [{ name: "value", source: { kind: "field", field: wholeField("value", layout) } }];
  if (form.perf) columns.unshift({ name: "key", source: { kind: "field", field: wholeField("key", EVENT_KEY) } });
  const size: RowColumn = { name: "size", source: { kind: "index" } };
  const tail = several ? `,"type":${out.shown.jsonName(name)}}` : "}";
  const compile = (shown: readonly RowColumn[], end: string): RowPrinter =>
    compileJsonRow({ columns: shown, shape, options: form, render: form.render, tail: end }, out);
  return {
    type,
    exact: compile(columns, tail),
    long: compile([...columns, size], `,"type_size":${layout.size}${tail}`),
    isOpen: endsOpen(layout),
    tail,
    cut: undefined,
  };
}
