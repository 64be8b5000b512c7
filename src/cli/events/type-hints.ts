import { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { EbpfMapError } from "../../errors.ts";
import { JsonEvents } from "../../output/events/json-events.ts";
import { endsOpen } from "../../schema/cut-value.ts";
import { type EventBatch, RECORD_SAMPLE } from "../../stream/event-batch.ts";
import { type EventType, eventFit, oneType } from "../../stream/event-types.ts";
import { fittingTypes } from "../../stream/fitting-types.ts";
import type { TypeLibrary } from "../../stream/type-library.ts";
import { strictOptions, type ValueStyle } from "../rows/row-style.ts";

/** The most lengths of events of which types are looked for. */
const MOST_LENGTHS = 3;
/** The characters of an event that are shown, enough to recognise it. */
const MOST_CHARACTERS = 300;

/** The sources that hints are made from. */
export interface HintSources {
  /** The types of the programs that use the map. */
  readonly library: TypeLibrary;
  readonly perf: boolean;
  /** The type that events are taken for; undefined where they are printed as bytes. */
  readonly taken: EventType | undefined;
  readonly values: ValueStyle;
  readonly warn: (line: string) => void;
}

/**
 * Suggests types for events that are printed as bytes, or are not as long as the type that they are taken for: structs
 * of their length in the BTF of the programs that send them.
 */
export class TypeHints {
  readonly #sources: HintSources;
  readonly #lengths = new Set<number>();
  #isRight = false;

  constructor(sources: HintSources) {
    this.#sources = sources;
  }

  /** Suggests types for the lengths that were not met before, until one is that of the type which was asked for. */
  look(batch: EventBatch): void {
    for (let i = 0; i < batch.count && this.#lengths.size < MOST_LENGTHS && !this.#isRight; i++) {
      const length = batch.length[i] ?? 0;
      if (batch.type[i] !== RECORD_SAMPLE || this.#lengths.has(length)) continue;
      this.#lengths.add(length);
      this.#isRight = this.#fits(length);
      if (!this.#isRight) this.#suggest(batch, i, length);
    }
  }

  /** Tells whether events of this length are of the type that they are taken for. One with an open end fits all. */
  #fits(length: number): boolean {
    const { taken, perf } = this.#sources;
    if (taken === undefined) return false;
    return endsOpen(taken.layout) || eventFit(length, taken.layout.size, perf) === "exact";
  }

  #suggest(batch: EventBatch, i: number, length: number): void {
    const { perf, warn } = this.#sources;
    const [best, ...others] = fittingTypes(this.#btfs(), length, perf);
    if (best === undefined) return;
    const names = [best, ...others].map(({ name }) => `'${name}'`).join(", ");
    const fit = others.length === 0 ? "fits" : "fit";
    warn(`Note: ${length} bytes: ${names} ${fit}; --type '${best.name}' shows ${this.#shown(best, batch, i)}`);
  }

  /** The types of the programs; none where they can't be looked up: nobody has asked for them. */
  #btfs(): ReturnType<TypeLibrary["btfs"]> {
    try {
      return this.#sources.library.btfs();
    } catch (error) {
      if (!(error instanceof EbpfMapError)) throw error;
      return [];
    }
  }

  /** An event as a line of JSON. */
  #shown(type: EventType, batch: EventBatch, i: number): string {
    const { perf, values } = this.#sources;
    const chunks: Buffer[] = [];
    const out = new OutputBuffer((bytes) => void chunks.push(Buffer.from(bytes)), { shown: values.shown });
    const form = { types: oneType(type), perf, ...strictOptions(values, undefined), shape: "lines" } as const;
    new JsonEvents(out, form).print(batch, i);
    out.flush();
    const line = Buffer.concat(chunks).toString().trimEnd();
    return line.length <= MOST_CHARACTERS ? line : `${line.slice(0, MOST_CHARACTERS)}…`;
  }
}
