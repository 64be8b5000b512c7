import type { DecodedValue, DecodeOptions } from "../../codec/access/value-decoder.ts";
import { EbpfMapError } from "../../errors.ts";
import { type DiffSides, FieldChanges } from "../../output/diff/diff-writer.ts";
import type { FieldPair, RowLocation } from "../../query/diff/comparisons.ts";
import type { DiffEvents } from "../../query/diff/diff.ts";
import type { Query } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { inOptions } from "../in-options.ts";
import { hereAndNow } from "../machine/here-and-now.ts";
import { SignalTurns } from "../machine/signal-turns.ts";
import { type MapRef, openRef } from "../maps/map-ref.ts";
import { compileSpec, querySpec, withCpus } from "../query/compile.ts";
import { decodingOf } from "../query/decoding-of.ts";
import { located, type RowDecoder, rowDecoder } from "../query/locations.ts";
import { ReadSource } from "../query/read-source.ts";
import { Holdings, Read, type ReadOptions } from "../reader/read.ts";
import { Comparison, type RowsOf, secondsBetween } from "./comparison.ts";
import type { DiffEvent, DiffOptions } from "./diff-options.ts";

/** The differences between two maps, run by run. */
export async function* compareMaps(
  refA: MapRef,
  refB: MapRef,
  options: DiffOptions,
): AsyncGenerator<DiffEvent, void, undefined> {
  using a = await openRef(refA, { signal: options.signal });
  using b = await openRef(refB, { signal: options.signal });
  const turns = new SignalTurns(`compare ${a.label} with ${b.label}`, options.signal);
  await turns.take();
  const { onNote = (): void => undefined } = options;
  const { sort, top, ...spec } = querySpec(options);
  const compile = async (map: MapSource): Promise<Query> => compileSpec(map, withCpus(map, spec, options));
  const comparison = await Comparison.open(a, b, { compile, note: onNote });
  for (const difference of comparison.layouts) yield { type: "layout", ...difference };
  if (comparison.mismatch !== undefined)
    throw new EbpfMapError("LAYOUT_INVALID", `compare ${a.label} with ${b.label}: ${comparison.mismatch}`);
  const seconds = secondsBetween(a, b, () => hereAndNow().now);
  const found = new Found(comparison.sides, decodingOf(refA), seconds);
  const rowsOf: RowsOf = (map, query) => readRows(map, query, options);
  const order = { ...(sort && { sort }), ...(top !== undefined && { top }) };
  try {
    for await (const _ of comparison.compare(found, rowsOf, order, turns)) yield* found.take();
  } catch (error) {
    throw inOptions(error);
  }
}

/** The rows of a map that stays open. */
async function* readRows(map: MapSource, query: Query, { timeout, signal }: ReadOptions): AsyncGenerator<RowRun> {
  const bounds = { ...(timeout !== undefined && { timeout }), ...(signal !== undefined && { signal }) };
  const read = new Read(new Holdings(map), bounds);
  try {
    yield* query.run(new ReadSource(read, map, undefined));
  } finally {
    read.end();
  }
}

type Changed = Extract<DiffEvent, { type: "changed" }>;

/** Makes events of differences; those of one run at a time are kept. */
class Found implements DiffEvents {
  #events: DiffEvent[] = [];
  readonly #a: RowDecoder;
  readonly #b: RowDecoder;
  readonly #sides: DiffSides;
  readonly #options: DecodeOptions;
  readonly #seconds: number | undefined;
  readonly #changes = new FieldChanges();
  readonly #fields = new Map<string, { a: RowDecoder["value"]; b: RowDecoder["value"] }>();

  constructor(sides: DiffSides, options: DecodeOptions, seconds: number | undefined) {
    this.#sides = sides;
    this.#seconds = seconds;
    this.#options = options;
    this.#a = rowDecoder(sides.a, options);
    this.#b = rowDecoder(sides.b, options);
  }

  take(): DiffEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  added(row: RowLocation): void {
    this.#events.push({ type: "added", ...this.#place(this.#b, row), value: this.#b.value(row) });
  }

  removed(row: RowLocation): void {
    this.#events.push({ type: "removed", ...this.#place(this.#a, row), value: this.#a.value(row) });
  }

  changed(a: RowLocation, b: RowLocation, pairs: readonly FieldPair[]): void {
    const fields = Object.fromEntries(
      pairs.map((pair) => {
        const read = this.#readers(pair);
        return [pair.name, { a: read.a(a), b: read.b(b) }];
      }),
    );
    const values = { a: this.#a.value(a), b: this.#b.value(b) };
    const changes = this.#changesOf(a, b, pairs);
    this.#events.push({ type: "changed", ...this.#place(this.#b, b), ...values, fields, ...changes });
  }

  #changesOf(a: RowLocation, b: RowLocation, pairs: readonly FieldPair[]): Pick<Changed, "delta" | "rate"> {
    const deltas = pairs.flatMap((pair) => {
      const change = this.#changes.of(pair)?.(a, b);
      return change === undefined ? [] : [[pair.name, change] as const];
    });
    const seconds = this.#seconds;
    const rates =
      seconds === undefined ? [] : deltas.map(([name, change]) => [name, Number(change) / seconds] as const);
    return { delta: Object.fromEntries(deltas), rate: Object.fromEntries(rates) };
  }

  #place({ key, hasCpu }: RowDecoder, row: RowLocation): { key: DecodedValue; cpu: number | undefined } {
    return { key: key(row), cpu: hasCpu ? row.cpu : undefined };
  }

  #readers(pair: FieldPair): { a: RowDecoder["value"]; b: RowDecoder["value"] } {
    const known = this.#fields.get(pair.name);
    if (known !== undefined) return known;
    const made = {
      a: located(this.#sides.a, pair.a, this.#options),
      b: located(this.#sides.b, pair.b, this.#options),
    };
    this.#fields.set(pair.name, made);
    return made;
  }
}
