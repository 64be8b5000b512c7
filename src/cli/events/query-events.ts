import { isColumnFormat } from "../../output/columns/formats.ts";
import { type EventWindow, WindowRows, type WindowWriter } from "../../output/events/window-rows.ts";
import type { RowWriter } from "../../output/rows/row-writer.ts";
import { neededBytes } from "../../query/fields/needed-bytes.ts";
import { compileQuery, type Query, type QuerySpec } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import type { EventBatch } from "../../stream/event-batch.ts";
import { EventEntries, type EventSizes, entryType, eventShape } from "../../stream/event-entries.ts";
import { EVENT_KEY } from "../../stream/event-key.ts";
import { usage } from "../result/command-error.ts";
import { warnIfEmpty } from "../rows/open-query.ts";
import { openWriter, strictOptions } from "../rows/row-style.ts";
import { endOf } from "./end-of.ts";
import { lossText, type Printed, plural } from "./loss-report.ts";
import type { Printing } from "./print-events.ts";
import type { EventRequest } from "./request.ts";

/** Clears the terminal and moves to its first line. */
const CLEAR = "\x1b[H\x1b[2J";

/** Prints the result of a query on events. */
export async function queryEvents(printing: Printing, request: EventRequest): Promise<Printed> {
  const { perf, types } = printing.form;
  const [type, ...others] = types.all;
  if (type === undefined || others.length > 0)
    throw usage(`--${request.queryFlag} needs --type: without a type, events have no fields`);
  if (printing.options.rateLimit !== Number.POSITIVE_INFINITY) throw usage("--rate-limit does not apply to queries");
  const value = entryType(type.layout);
  const entryTypes = { key: perf ? EVENT_KEY : undefined, value, untyped: undefined };
  const input = { entryTypes, shape: eventShape({ valueSize: value.size, perf }), clock: request.clock };
  const spec = streamSpec(request.spec, printing);
  const query = compileQuery(spec, input);
  const sizes = { typeSize: type.layout.size, valueSize: value.size };
  const shown = shownBytes(query, type.layout.size, request.format);
  const entries = new StreamEntries(printing, { ...sizes, neededBytes: Math.max(query.neededBytes, shown) });
  const printed = await (query.rows === "group"
    ? printGroups(query, entries, printing, request)
    : printRows(query, entries, { ...printing, most: rowsWanted(spec) }, request));
  const note = shortNote(entries.counts, query.undecided(), type.name);
  if (note !== undefined) request.style.warn(note);
  if (printed.rows === 0) warnIfEmpty(query, request.style.warn);
  return printed;
}

/**
 * The bytes that an event must have for all of its columns, where a format has no place for what is missing: a
 * histogram adds up what it shows, and columns have a type.
 */
function shownBytes({ columns, entryTypes }: Query, typeSize: number, format: EventRequest["format"]): number {
  const isColumns = format !== undefined && isColumnFormat(format);
  if (!isColumns && format !== "hist") return 0;
  if (columns === undefined) return typeSize;
  const fields = columns.flatMap(({ source }) => (source.kind === "field" ? [source.field] : []));
  if (!isColumns) return neededBytes(entryTypes.value, fields);
  const values = fields.filter(({ side }) => side === "value");
  const ends = values.map(({ layout, bitOffset, bitfieldBits }) => bitOffset + (bitfieldBits || layout.size * 8));
  return Math.min(typeSize, Math.ceil(Math.max(0, ...ends) / 8));
}

/** Returns the note about events that are not as long as their type; undefined if there are none. */
function shortNote(
  { short, leftOut, cut }: StreamEntries["counts"],
  undecided: number,
  typeName: string,
): string | undefined {
  const parts: string[] = [];
  if (short > 0) {
    const out = leftOut + undecided;
    const effect = out === 0 ? "what they lack is null" : `${out} left out: they lack a field of the query`;
    parts.push(`${plural(short, "event")} shorter than '${typeName}' (${effect})`);
  }
  if (cut > 0)
    parts.push(`${plural(cut, "event")} longer than a query looks at (dump and events without one show all)`);
  return parts.length === 0 ? undefined : `Note: ${parts.join("; ")}`;
}

/** Adds `--count` to the query: it limits rows, or for groups the events that are read. */
function streamSpec(base: QuerySpec, { options: { count }, whenFull }: Printing): QuerySpec {
  const spec = { ...base, whenFull };
  if (spec.groupBy !== undefined || count === Number.POSITIVE_INFINITY) return spec;
  return { ...spec, limit: Math.min(count, spec.limit ?? count) };
}

/** Returns the number of rows after which reading can end. */
function rowsWanted({ sort, limit }: QuerySpec): number {
  return sort === undefined ? (limit ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
}

/** Turns a stream into entries, as often as needed. */
class StreamEntries {
  readonly counts = { short: 0, leftOut: 0, cut: 0 };
  readonly #printing: Printing;
  readonly #sizes: EventSizes;

  constructor(printing: Printing, sizes: EventSizes) {
    this.#printing = printing;
    this.#sizes = sizes;
  }

  /**
   * Yields events until the signal or the stream ends, or no more are wanted. At most `left` events are read at once,
   * so that every event that was read has been used at the end and can be consumed.
   */
  async *until(signal: AbortSignal, run: Query["run"], left: () => number): ReturnType<Query["run"]> {
    const { form, losses, source, hints } = this.#printing;
    const onBatch = (): void => losses.look();
    const onEvents = (batch: EventBatch): void => hints?.look(batch);
    const options = { ...this.#sizes, perf: form.perf, signal, onBatch, onEvents, left };
    using entries = new EventEntries(source, options);
    yield* run(entries);
    source.release();
    this.counts.short += entries.short;
    this.counts.leftOut += entries.leftOut;
    this.counts.cut += entries.cut;
  }
}

async function printRows(
  query: Query,
  entries: StreamEntries,
  { map, source, end, most }: Pick<Printing, "map" | "source" | "end"> & { readonly most: number },
  { format = "ndjson", style, flush }: EventRequest,
): Promise<Printed> {
  const writer = await openWriter(query, { ...style, format }, map);
  writer.begin();
  const left = (): number => most - query.counts.kept;
  end.start();
  for await (const run of entries.until(end.signal, query.run, left)) {
    writer.write(run);
    writer.flush?.();
    await flush();
  }
  writer.end(lossText(source.stats) === "");
  await flush();
  return { rows: query.counts.kept, evicted: 0 };
}

async function printGroups(
  query: Query,
  entries: StreamEntries,
  printing: Printing,
  request: EventRequest,
): Promise<Printed> {
  const {
    source,
    options,
    end: { signal, start },
  } = printing;
  const { now, flush } = request;
  const writer = windowWriter(query, request);
  const left = (): number => options.count - source.stats.received;
  const printed = { rows: 0, evicted: 0 };
  start();
  for (let from = now(); !signal.aborted && left() > 0; ) {
    const before = source.stats.received;
    using end = endOf(signal, options.windowMs);
    end.start();
    let begun = false;
    const begin = async (): Promise<void> => {
      const { evicted } = query.counts;
      if (!begun) await writer.begin({ from, to: now(), events: source.stats.received - before, evicted });
      begun = true;
    };
    for await (const run of entries.until(end.signal, query.run, left)) {
      await begin();
      writer.write(run);
    }
    await begin();
    writer.end();
    await flush();
    printed.rows += query.counts.kept;
    printed.evicted += query.counts.evicted;
    from = now();
  }
  writer.close();
  await flush();
  return printed;
}

/** Returns the writer of windows: a table, redrawn for each window on a terminal, or JSON. */
function windowWriter(query: Query, request: EventRequest): WindowWriter {
  const { out, screen, values } = request.style;
  const format = request.format ?? (screen.isTerminal ? "table" : "ndjson");
  if (format === "table") return new TableWindows(query, request);
  if (format === "json" || format === "ndjson") {
    return new WindowRows(query, out, { ...strictOptions(values, undefined), array: format === "json" });
  }
  throw usage(`groups of events are printed as table, ndjson or json, not as ${format}`);
}

/**
 * Writes a table for each window below a line with the number of events; on a terminal in place of the previous one.
 */
class TableWindows implements WindowWriter {
  readonly #query: Query;
  readonly #request: EventRequest;
  #table: RowWriter | undefined;

  constructor(query: Query, request: EventRequest) {
    this.#query = query;
    this.#request = request;
  }

  async begin({ from, to, events, evicted }: EventWindow): Promise<void> {
    const { style, writeTerminal } = this.#request;
    const { out, screen } = style;
    const seconds = ((to.getTime() - from.getTime()) / 1000).toFixed(1);
    const gone = evicted === 0 ? "" : `, ${evicted} groups evicted`;
    out.flush();
    if (screen.isTerminal) writeTerminal(Buffer.from(CLEAR));
    out.text(`${events} events in ${seconds} s${gone}\n`);
    this.#table = await openWriter(this.#query, { ...style, format: "table" }, undefined);
    this.#table.begin();
  }

  write(run: RowRun): void {
    this.#table?.write(run);
  }

  end(): void {
    this.#table?.end(true);
    this.#request.style.out.text("\n");
  }

  close(): void {}
}
