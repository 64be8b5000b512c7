import { wholeField } from "../../codec/field.ts";
import type { JsonOptions } from "../../codec/json-helpers.ts";
import { type ColumnSource, compileJsonRow, type PrintRow, type RowColumn } from "../../codec/json-row.ts";
import type { OutputBuffer } from "../../codec/output-buffer.ts";
import { strictJsonString } from "../../codec/strict-json.ts";
import type { Layout } from "../../schema/layout.ts";
import type { EventBatch } from "../../stream/event-batch.ts";
import { type EventType, eventFit } from "../../stream/event-types.ts";
import type { EventForm, EventPrinter } from "./printer.ts";

/** How JSON events are written. */
export interface EventJsonOptions extends EventForm {
  readonly options: JsonOptions;
  /** One object a line, or one array. */
  readonly shape: "lines" | "array";
}

/**
 * Events as JSON, strictly valid. `{"value":…}`; before it `cpu` and `time_ns` of a perf event array, and `type` where
 * events are of several. An event that is not as long as its type has `size` and `type_size`; one that is too short, or
 * has no type, has its `size` and its `bytes` in hexadecimal instead of a value.
 */
export class JsonEvents implements EventPrinter {
  readonly #out: OutputBuffer;
  readonly #form: EventJsonOptions;
  readonly #rows: readonly TypeRows[];
  /** The key of an event: CPU and time, as {@link STAMP} has them. */
  readonly #stamp: Uint8Array = new Uint8Array(16);
  readonly #stampView: DataView = new DataView(this.#stamp.buffer);
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
    if (rows === undefined || fit === "short") this.#printBytes(batch, i, rows?.type);
    else this.#printRow(fit === "exact" ? rows.exact : rows.long, batch, i);
    if (shape === "lines") out.bytes[out.pos++] = 0x0a;
  }

  end(): void {
    if (this.#form.shape === "array") this.#out.text("]\n");
  }

  #printRow(row: PrintRow, batch: EventBatch, i: number): void {
    const cpu = batch.cpu[i] as number;
    if (this.#form.perf) this.#stampView.setBigUint64(8, batch.time[i] as bigint, true);
    const { bytes, view } = batch;
    const [at, length] = [batch.at[i] as number, batch.length[i] as number];
    const out = this.#out;
    out.pos = row(out.pos, this.#stamp, this.#stampView, 0, bytes, view, at, cpu, length, NO_CPUS);
  }

  #printBytes(batch: EventBatch, i: number, type: EventType | undefined): void {
    const { perf, types } = this.#form;
    const [at, length] = [batch.at[i] ?? 0, batch.length[i] ?? 0];
    const stamp = perf ? `"cpu":${batch.cpu[i]},"time_ns":${batch.time[i]},` : "";
    const name = types.all.length > 1 ? `"type":${type === undefined ? "null" : strictJsonString(type.name)},` : "";
    const typeSize = type === undefined ? "" : `"type_size":${type.layout.size},`;
    this.#out.text(`{${stamp}${name}"size":${length},${typeSize}"bytes":"`);
    this.#out.write(Buffer.from(Buffer.from(batch.bytes.buffer, at, length).toString("hex"), "latin1"));
    this.#out.text('"}');
  }
}

/** The rows of events of one type: of its length, and longer. */
interface TypeRows {
  readonly type: EventType;
  readonly exact: PrintRow;
  readonly long: PrintRow;
}

const NO_CPUS = new Uint8Array(0);

const TIME: Layout = {
  kind: "int",
  size: 8,
  encoding: "unsigned",
  bits: 64,
  bitOffset: 0,
  isChar: false,
  typeName: "u64",
  tagged: false,
};

/** Where the time of an event stands in its key. */
const STAMP: ColumnSource = {
  kind: "field",
  field: { path: "key.time_ns", side: "key", layout: TIME, bitOffset: 64, bitfieldBits: 0 },
};

function compileRows(type: EventType, several: boolean, form: EventJsonOptions, out: OutputBuffer): TypeRows {
  const { size } = type.layout;
  const shape = { keySize: 16, valueSize: size, cpus: 0, valueStride: size };
  const before: RowColumn[] = form.perf
    ? [
        { name: "cpu", source: { kind: "cpu" } },
        { name: "time_ns", source: STAMP },
      ]
    : [];
  if (several) before.push({ name: "type", source: { kind: "constant", json: strictJsonString(type.name) } });
  const value: RowColumn = { name: "value", source: { kind: "field", field: wholeField("value", type.layout) } };
  const sizes: RowColumn[] = [
    { name: "size", source: { kind: "index" } },
    { name: "type_size", source: { kind: "constant", json: `${size}` } },
  ];
  const compile = (columns: readonly RowColumn[]): PrintRow =>
    compileJsonRow({ columns, shape, options: form.options, render: () => undefined }, out);
  return { type, exact: compile([...before, value]), long: compile([...before, ...sizes, value]) };
}
