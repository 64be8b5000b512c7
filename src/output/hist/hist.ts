import { viewOf } from "../../bytes.ts";
import { wholeField } from "../../codec/access/field.ts";
import type { RowColumn } from "../../codec/json/json-row.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { EbpfMapError } from "../../errors.ts";
import type { Query } from "../../query/query.ts";
import { type RowRun, valueOffset } from "../../query/rows/rows.ts";
import { type CellOptions, compileCell } from "../rows/cells.ts";
import type { RowWriter } from "../rows/row-writer.ts";
import { cutToWidth, visible } from "../terminal/visible.ts";
import { histogramLines } from "./hist-lines.ts";
import { SCALE_FORMS, type Scale, slotCount } from "./hist-scale.ts";
import { findHistograms, type HistSource, type SlotArray } from "./hist-source.ts";

export interface HistOptions extends Omit<CellOptions, "shown"> {
  /** The width of lines in columns of a terminal. */
  readonly width: number;
  /** By default log2, but linear for an array of more than 64 slots. */
  readonly scale: Scale | undefined;
  /** Returns the counts to show for those of a histogram, by its title. */
  readonly counts?: (title: string, counts: readonly bigint[]) => readonly bigint[];
}

/** The most histograms that are kept until all rows have been read. */
const MAX_HISTOGRAMS = 10_000;

type Title = (run: RowRun, row: number) => string;

/**
 * Prints histograms: one for each array of counters in a row's value; or, where keys hold the slot, one for all rows
 * whose keys are otherwise equal, with the counts of CPUs added up.
 */
export class HistRows implements RowWriter {
  readonly #out: OutputBuffer;
  readonly #query: Query;
  readonly #options: HistOptions;
  readonly #source: HistSource;
  readonly #title: Title;
  /** The counts by title and slot. */
  readonly #counts = new Map<string, Map<number, bigint>>();

  constructor(query: Query, out: OutputBuffer, options: HistOptions) {
    this.#out = out;
    this.#query = query;
    this.#options = options;
    this.#source = findHistograms(query, options.scale);
    this.#title = compileTitle(titleColumns(query, this.#source), query, { ...options, shown: out.shown });
  }

  begin(): void {}

  write(run: RowRun): void {
    const source = this.#source;
    for (let row = 0; row < run.count; row++) {
      if (run.batch.errnos?.[run.entries[row] as number]) continue;
      if (source.kind === "keys") this.#count(run, row, source);
      else for (const array of source.arrays) this.#printArray(run, row, array, source.arrays.length > 1);
    }
  }

  end(): void {
    if (this.#source.kind !== "keys") return;
    if (this.#counts.size === 0) this.#print("", []);
    for (const [title, counts] of this.#counts) {
      const last = [...counts.keys()].reduce((most, slot) => Math.max(most, slot), -1);
      this.#print(
        title,
        Array.from({ length: last + 1 }, (_, slot) => counts.get(slot) ?? 0n),
      );
    }
  }

  /** Returns the given scale, or the default for a histogram of this many slots. */
  #scaleOf(length: number): Scale {
    const { scale } = this.#options;
    return scale ?? { kind: this.#source.kind === "keys" || length <= 64 ? "log2" : "linear" };
  }

  #count(run: RowRun, row: number, { slot: readSlot, count }: HistSource & { kind: "keys" }): void {
    const { keys, values } = run.batch;
    const { keySize, valueStride } = this.#query.shape;
    const slot = BigInt(readSlot(keys, viewOf(keys), (run.entries[row] as number) * keySize));
    const scale = this.#scaleOf(0);
    if (slot < 0n || slot >= BigInt(slotCount(scale))) throw noSuchSlot(scale, slot);
    const title = this.#title(run, row);
    const counts = this.#counts.get(title) ?? new Map<number, bigint>();
    if (this.#counts.size >= MAX_HISTOGRAMS && !this.#counts.has(title)) throw tooMany();
    this.#counts.set(title, counts);
    const more = BigInt(count(values, viewOf(values), valueOffset(run, row, valueStride)));
    counts.set(Number(slot), (counts.get(Number(slot)) ?? 0n) + more);
  }

  #printArray(run: RowRun, row: number, { field, slots }: SlotArray, isOneOfSeveral: boolean): void {
    const { values } = run.batch;
    const view = viewOf(values);
    const at = valueOffset(run, row, this.#query.shape.valueStride);
    const counts = slots.map((read) => BigInt(read(values, view, at)));
    const title = this.#title(run, row);
    const name = isOneOfSeveral ? visible(this.#out.shown.name(field.path)) : "";
    this.#print([title, name].filter((part) => part !== "").join(", "), counts);
  }

  #print(title: string, counts: readonly bigint[]): void {
    const { width } = this.#options;
    const shown = this.#options.counts?.(title, counts) ?? counts;
    const scale = this.#scaleOf(counts.length);
    if (title !== "") this.#out.text(`${cutToWidth(title, width)}\n`);
    for (const line of histogramLines(shown, width, scale)) this.#out.text(`${line}\n`);
    if (title !== "") this.#out.text("\n");
  }
}

/** Returns the fields that tell histograms apart. */
function titleColumns({ columns, rows, entryTypes }: Query, source: HistSource): RowColumn[] {
  const selected = columns?.filter(({ source: from }) => from.kind === "field" && from.field.side === "key");
  if (source.kind === "keys" && columns === undefined) {
    return source.titles.map((field) => ({ name: field.path, source: { kind: "field", field } }));
  }
  const key = entryTypes.key && wholeField("key", entryTypes.key);
  const whole: RowColumn[] = key === undefined ? [] : [{ name: "key", source: { kind: "field", field: key } }];
  const hasCpus = source.kind === "arrays" && (rows === "cpu" || rows === "sorted-cpu");
  const cpu: RowColumn[] = hasCpus ? [{ name: "cpu", source: { kind: "cpu" } }] : [];
  return [...(selected ?? whole), ...cpu];
}

/** Compiles a title such as `key.comm = sh, cpu = 0`. */
function compileTitle(columns: readonly RowColumn[], { shape, entryTypes }: Query, options: CellOptions): Title {
  const parts = columns.map((column) => {
    const name = visible(options.shown.name(column.name));
    const cell = compileCell(column, shape, options, entryTypes.value);
    return (run: RowRun, row: number): string => `${name} = ${visible(cell(run, row))}`;
  });
  return (run, row) => parts.map((part) => part(run, row)).join(", ");
}

function noSuchSlot(scale: Scale, slot: bigint): EbpfMapError {
  const limit = `this scale has slots 0 to ${slotCount(scale) - 1}, and a key has slot ${slot}`;
  return new EbpfMapError("QUERY_INVALID", `-o hist: ${limit} (--scale ${SCALE_FORMS})`);
}

function tooMany(): EbpfMapError {
  return new EbpfMapError("QUERY_INVALID", `-o hist: more than ${MAX_HISTOGRAMS} histograms (--where leaves some out)`);
}
