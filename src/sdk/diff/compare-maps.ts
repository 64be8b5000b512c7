import type { DecodedValue, DecodeOptions } from "../../codec/access/value-decoder.ts";
import { EbpfMapError } from "../../errors.ts";
import type { DiffSides } from "../../output/diff/diff-writer.ts";
import type { FieldPair, RowLocation } from "../../query/diff/comparisons.ts";
import { Diff, type DiffEvents } from "../../query/diff/diff.ts";
import { layoutDifferences } from "../../query/diff/layout-differences.ts";
import type { Query } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { type MapRef, openRef } from "../maps/map-ref.ts";
import { compileSpec, querySpec } from "../query/compile.ts";
import { decodingOf } from "../query/decoding-of.ts";
import { inOptions } from "../query/in-options.ts";
import { located, type RowDecoder, rowDecoder } from "../query/locations.ts";
import { ReadSource } from "../query/read-source.ts";
import { Holdings, Read, type ReadOptions } from "../reader/read.ts";
import type { DiffEvent, DiffOptions } from "./diff-options.ts";
import { openSides, shapeMismatch } from "./sides.ts";

/** The differences between two maps, run by run. */
export async function* compareMaps(
  refA: MapRef,
  refB: MapRef,
  options: DiffOptions,
): AsyncGenerator<DiffEvent, void, undefined> {
  using a = await openRef(refA, { signal: options.signal });
  using b = await openRef(refB, { signal: options.signal });
  const { perCpu = "each", onNote = (): void => undefined } = options;
  const compile = async (map: MapSource): Promise<Query> =>
    compileSpec(map, map.shape.cpus === 0 ? querySpec(options) : { ...querySpec(options), perCpu });
  const sides = await openSides(a, b, { compile, note: onNote });
  const layouts = layoutDifferences(sides.a.entryTypes, sides.b.entryTypes);
  for (const difference of layouts) yield { type: "layout", ...difference };
  const mismatch = shapeMismatch(sides);
  if (mismatch !== undefined)
    throw new EbpfMapError("LAYOUT_INVALID", `compare ${a.label} with ${b.label}: ${mismatch}`);
  const found = new Found(sides, decodingOf(refA));
  const compared = new Diff(sides.a, sides.b, layouts.length === 0, found);
  for await (const run of rowsOf(a, sides.a, options)) compared.keep(run);
  for await (const run of rowsOf(b, sides.b, options)) {
    compared.compare(run);
    yield* found.take();
  }
  compared.finish();
  yield* found.take();
}

/** The rows of a map that stays open. */
async function* rowsOf(map: MapSource, query: Query, { timeout, signal }: ReadOptions): AsyncGenerator<RowRun> {
  const bounds = { ...(timeout !== undefined && { timeout }), ...(signal !== undefined && { signal }) };
  const read = new Read(new Holdings(map), bounds);
  try {
    yield* query.run(new ReadSource(read, map, undefined));
  } catch (error) {
    throw inOptions(error);
  } finally {
    read.end();
  }
}

/** Makes events of differences; those of one run at a time are kept. */
class Found implements DiffEvents {
  #events: DiffEvent[] = [];
  readonly #a: RowDecoder;
  readonly #b: RowDecoder;
  readonly #sides: DiffSides;
  readonly #options: DecodeOptions;
  readonly #fields = new Map<string, { a: RowDecoder["value"]; b: RowDecoder["value"] }>();

  constructor(sides: DiffSides, options: DecodeOptions) {
    this.#sides = sides;
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
    this.#events.push({ type: "changed", ...this.#place(this.#b, b), ...values, fields });
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
