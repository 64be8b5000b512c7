import { viewOf } from "../../bytes.ts";
import { compileInteger, scalarKind } from "../../codec/access/accessor.ts";
import { elementOf, type Field, integerBits, membersOf, wholeField } from "../../codec/access/field.ts";
import type { RowColumn } from "../../codec/json/json-row.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { EbpfMapError } from "../../errors.ts";
import { greatest } from "../../query/fields/integers.ts";
import type { Query } from "../../query/query.ts";
import { type RowRun, valueOffset } from "../../query/rows/rows.ts";
import { cutToWidth, displayWidth, visible } from "../terminal/visible.ts";
import { type Cell, type CellOptions, compileCell } from "./cells.ts";
import type { RowWriter } from "./row-writer.ts";

export interface HistOptions extends Omit<CellOptions, "shown"> {
  /** Columns that a line may take. */
  readonly width: number;
  /** log2: slot n counts what lies from 2^n to 2^(n+1)-1; linear: just n. Undefined: log2 up to 64 slots. */
  readonly scale: "log2" | "linear" | undefined;
}

/** The most slots that a histogram may have. */
const MAX_SLOTS = 4096;

/**
 * Prints histograms: one for each row whose value has an array of integers, or is one; or, where keys and values are
 * single integers, one of the whole map, with keys as slots.
 */
export class HistRows implements RowWriter {
  readonly #out: OutputBuffer;
  readonly #query: Query;
  readonly #options: HistOptions;
  readonly #slots: Field | undefined;
  readonly #title: readonly { readonly name: string; readonly cell: Cell }[];
  readonly #counts = new Map<number, bigint>();
  readonly #readSlot: ((run: RowRun, row: number) => bigint) | undefined;
  readonly #readCount: ((run: RowRun, row: number) => bigint) | undefined;

  constructor(query: Query, out: OutputBuffer, options: HistOptions) {
    this.#out = out;
    this.#query = query;
    this.#options = options;
    const value = chosenValue(query);
    this.#slots = slotsOf(value);
    const key = query.entryTypes.key && wholeField("key", query.entryTypes.key);
    if (this.#slots === undefined) {
      this.#readSlot = key && integerReader(singleInteger(key), query);
      this.#readCount = integerReader(singleInteger(value), query);
      if (this.#readSlot === undefined || this.#readCount === undefined) throw noHistogram(value);
    }
    this.#title = titleColumns(query, key).map((column) => ({
      name: column.name,
      cell: compileCell(column, query.shape, { ...options, shown: out.shown }, query.entryTypes.value),
    }));
  }

  begin(): void {}

  write(run: RowRun): void {
    for (let row = 0; row < run.count; row++) {
      if (run.batch.errnos?.[run.entries[row] as number]) continue;
      if (this.#slots !== undefined) this.#print(this.#titleOf(run, row), this.#slotCounts(run, row, this.#slots));
      else this.#count(run, row);
    }
  }

  end(): void {
    if (this.#slots !== undefined) return;
    const last = [...this.#counts.keys()].reduce((most, slot) => Math.max(most, slot), -1);
    this.#print(
      "",
      Array.from({ length: last + 1 }, (_, slot) => this.#counts.get(slot) ?? 0n),
    );
  }

  #count(run: RowRun, row: number): void {
    const slot = this.#readSlot?.(run, row) ?? 0n;
    if (slot < 0n || slot >= BigInt(MAX_SLOTS)) {
      const limit = `slots go from 0 to ${MAX_SLOTS - 1}, and a key is ${slot}`;
      throw new EbpfMapError("QUERY_INVALID", `-o hist: ${limit}`);
    }
    const count = this.#readCount?.(run, row) ?? 0n;
    this.#counts.set(Number(slot), (this.#counts.get(Number(slot)) ?? 0n) + count);
  }

  #slotCounts(run: RowRun, row: number, slots: Field): bigint[] {
    const { layout } = slots;
    const length = layout.kind === "array" ? layout.length : 0;
    const view = viewOf(run.batch.values);
    const at = valueOffset(run, row, this.#query.shape.valueStride);
    return Array.from({ length }, (_, i) => {
      const element = elementOf(slots, i);
      const read = element && compileInteger(element);
      return BigInt(read?.(run.batch.values, view, at) ?? 0);
    });
  }

  #titleOf(run: RowRun, row: number): string {
    return this.#title
      .map(({ name, cell }) => `${visible(this.#out.shown.name(name))} = ${visible(cell(run, row))}`)
      .join(", ");
  }

  #print(title: string, counts: readonly bigint[]): void {
    const { width, scale } = this.#options;
    const log2 = scale === undefined ? counts.length <= 64 : scale === "log2";
    if (title !== "") this.#out.text(`${cutToWidth(title, width)}\n`);
    this.#out.text(
      histogramLines(counts, width, log2)
        .map((line) => `${line}\n`)
        .join(""),
    );
    if (title !== "") this.#out.text("\n");
  }
}

/** The lines of a histogram: range, count, bar. Empty slots at both ends are left out. */
export function histogramLines(counts: readonly bigint[], width: number, log2: boolean): string[] {
  const first = counts.findIndex((count) => count !== 0n);
  if (first < 0) return ["(no counts)"];
  const last = counts.findLastIndex((count) => count !== 0n);
  const from = log2 ? 0 : first;
  const shown = counts
    .slice(from, last + 1)
    .map((count, i) => ({ label: rangeLabel(from + i, log2), count: String(count) }));
  const labels = Math.max(...shown.map(({ label }) => displayWidth(label)));
  const digits = Math.max(...shown.map(({ count }) => count.length));
  const room = Math.max(1, width - labels - digits - 4);
  const most = greatest([1n, ...counts]);
  return shown.map(({ label, count }) => {
    const bar = barOf(BigInt(count), most, room);
    return `${label.padStart(labels)} ${count.padStart(digits)} |${bar.padEnd(room)}|`;
  });
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of eighths of a character; what isn't zero is never invisible. */
function barOf(count: bigint, most: bigint, room: number): string {
  if (count <= 0n) return "";
  const eighths = Number((count * BigInt(room) * 8n) / most) || 1;
  return "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
}

/** As the tools of bcc label them: slot 0 of a log2 histogram holds 0 and 1. */
function rangeLabel(slot: number, log2: boolean): string {
  if (!log2) return String(slot);
  const low = slot === 0 ? 0n : 1n << BigInt(slot);
  return `${low} -> ${(1n << BigInt(slot + 1)) - 1n}`;
}

/** The value, or what --select chose of it. */
function chosenValue({ columns, entryTypes }: Query): Field {
  const chosen = columns?.flatMap(({ source }) =>
    source.kind === "field" && source.field.side === "value" ? [source.field] : [],
  );
  return chosen?.[0] ?? wholeField("value", entryTypes.value);
}

/** The only array of integers in a value. */
function slotsOf(value: Field): Field | undefined {
  const arrays = [value, ...membersOf(value)].filter(({ layout }) => {
    return layout.kind === "array" && !layout.counted && layout.element.kind === "int" && !layout.element.isChar;
  });
  const layout = arrays[0]?.layout;
  const length = arrays.length === 1 && layout?.kind === "array" ? layout.length : 0;
  return length > 0 && length <= MAX_SLOTS ? arrays[0] : undefined;
}

function singleInteger(field: Field): Field | undefined {
  if (scalarKind(field) === "integer") return field;
  const members = membersOf(field);
  const [only] = members;
  return members.length === 1 && only !== undefined && integerBits(only) !== undefined ? only : undefined;
}

function integerReader(field: Field | undefined, { shape }: Query): ((run: RowRun, row: number) => bigint) | undefined {
  const read = field && compileInteger(field);
  if (field === undefined || read === undefined) return undefined;
  return (run, row) => {
    const bytes = field.side === "key" ? run.batch.keys : run.batch.values;
    const at =
      field.side === "key" ? (run.entries[row] as number) * shape.keySize : valueOffset(run, row, shape.valueStride);
    return BigInt(read(bytes, viewOf(bytes), at));
  };
}

function titleColumns({ columns, rows }: Query, key: Field | undefined): RowColumn[] {
  const cpu: RowColumn[] = rows === "cpu" || rows === "sorted-cpu" ? [{ name: "cpu", source: { kind: "cpu" } }] : [];
  if (columns !== undefined) return [...columns.filter(({ source }) => isOfKey(source)), ...cpu];
  return [...(key === undefined ? [] : [{ name: "key", source: { kind: "field", field: key } } as const]), ...cpu];
}

function isOfKey(source: RowColumn["source"]): boolean {
  return source.kind === "field" && source.field.side === "key";
}

function noHistogram({ path }: Field): EbpfMapError {
  const needs = "a value that is or has one array of integers, or keys and values that are single integers";
  return new EbpfMapError("QUERY_INVALID", `-o hist needs ${needs} (--select chooses); \`${path}\` is neither`);
}
