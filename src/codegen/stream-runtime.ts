import type { DecodedValue, DecodeOptions } from "../codec/access/value-decoder.ts";
import { EbpfMapError } from "../errors.ts";
import { layoutFromJson } from "../schema/file/layout-from-json.ts";
import type { Json } from "../schema/file/layout-json.ts";
import type { LiveHandle } from "../sdk/handle.ts";
import {
  type EventBase,
  type EventStream,
  openTypedStream,
  type PerfChoice,
  type RingChoice,
  type StreamEvent,
} from "../sdk/open-stream.ts";
import { checkRuntime } from "./check-runtime.ts";

/** The parts of a generated file that a stream of events needs. */
export interface GeneratedStream {
  /** The version of the runtime that the file is for. */
  readonly runtime: number;
  /** The events are those of a perf event array, not of a ring buffer. */
  readonly perf: boolean;
  /** The integer of an event that says which of `types` it has: `u32@0`. */
  readonly typeBy?: string;
  /** The types that events have. */
  readonly types: readonly {
    /** The name by which events say their type: `struct open_event`. */
    readonly name: string;
    /** The layout as a schema file has it, as text. */
    readonly layout: string;
    /** The value of the integer that `typeBy` names, in decimal digits. */
    readonly is?: string;
  }[];
}

/** Options that a generated file has the answer for. */
const ANSWERED = ["type", "types", "typeBy", "btf", "btfBase", "int64", "enums", "chars"] as const;

/**
 * Options of the function that opens a ring buffer by a generated file, whose code knows the types and decodes in one
 * way.
 */
export type RingOptions = Omit<EventBase, keyof DecodeOptions> & Omit<RingChoice, "attach" | "pages">;

/** Options of the function that opens a perf event array by a generated file. */
export type PerfOptions = Omit<EventBase, keyof DecodeOptions> & Omit<PerfChoice, "consume" | "from">;

/**
 * Opens the events of the map of a `handle` by a generated file, which says what its `stream` is. Of several types
 * without `typeBy`, `type` in the options chooses one by its name. The loop ends as that of `openStream` does. Throws
 * SCHEMA_MISMATCH for a map of the other kind or a file for another runtime, USAGE for an option that the file has the
 * answer for, and what `openStream` throws.
 */
export function openGeneratedStream<T = DecodedValue, Event = StreamEvent<T>>(
  stream: GeneratedStream,
  handle: LiveHandle,
  options: (RingOptions | PerfOptions) & { readonly type?: string },
): EventStream<T, Event> {
  checkRuntime("read events", stream.runtime);
  const { type, ...others } = options;
  const ignored = ANSWERED.find((name) => name in others);
  if (ignored !== undefined) throw usage(`there is no option ${ignored} (openStream has it)`);
  const types = chosenTypes(stream, type).map(({ name, layout, is }) => {
    return { name, layout: layoutFromJson(JSON.parse(layout) as Json), is };
  });
  return openTypedStream<T, Event>(handle, others, { perf: stream.perf, typeBy: stream.typeBy, types });
}

function chosenTypes({ types, typeBy }: GeneratedStream, type: string | undefined): GeneratedStream["types"] {
  if (type === undefined && (types.length < 2 || typeBy !== undefined)) return types;
  if (typeBy !== undefined) throw usage("there is no option type, since each event says what it is");
  const found = types.filter(({ name }) => name === type);
  if (found.length > 0) return found;
  throw usage(`type is ${types.map(({ name }) => JSON.stringify(name)).join(" or ") || "not to be chosen"}`);
}

function usage(why: string): EbpfMapError {
  return new EbpfMapError("USAGE", `read events by a generated file: ${why}`);
}
