import {
  compileValueDecoder,
  DEFAULT_DECODE_OPTIONS,
  type DecodedValue,
  type DecodeOptions,
} from "../codec/access/value-decoder.ts";
import { endsOpen } from "../schema/cut-value.ts";
import type { Layout } from "../schema/layout.ts";
import { eventBatches } from "./batches.ts";
import { type CutDecoder, compileCutDecoder } from "./cut-decoder.ts";
import { type EventBatch, RECORD_SAMPLE } from "./event-batch.ts";
import type { EventSource } from "./event-source.ts";
import { type EventType, type EventTypes, eventFit, NO_TYPES, oneType } from "./event-types.ts";

/**
 * The part of a `T` that an event has which is shorter than its type: fields that are not wholly there are null, but
 * the array at the end has the elements that are.
 */
export type CutShort<T> = T extends bigint | boolean | number | string | null | Uint8Array | readonly unknown[]
  ? T | null
  : { readonly [Name in keyof T]: CutShort<T[Name]> } | null;

/** One event. Its bytes are a copy, so it may be kept. */
export type StreamEvent<T = DecodedValue> = EventOrigin &
  (
    | {
        /** Decoded by its type. */
        readonly value: T;
        /** The name of its type. */
        readonly type: string;
        /** Its length compared with its type's size. */
        readonly fit: "exact" | "long";
      }
    | {
        /** The part that is there, decoded by its type. */
        readonly value: CutShort<T>;
        /** The name of its type. */
        readonly type: string;
        /** Shorter than its type. */
        readonly fit: "short";
      }
    | {
        /** Undefined, as `type` and `fit`: no type is known for it, so there are only its bytes. */
        readonly value: undefined;
        readonly type: undefined;
        readonly fit: undefined;
      }
  );

/** An event that is one of several types, by their names: its `type` says which, and so what its `value` is. */
export type TaggedEvent<Types> =
  | {
      [Name in keyof Types]: EventOrigin &
        (
          | {
              /** Decoded by its type. */
              readonly value: Types[Name];
              /** The name of its type. */
              readonly type: Name;
              /** Its length compared with its type's size. */
              readonly fit: "exact" | "long";
            }
          | {
              /** The part that is there, decoded by its type. */
              readonly value: CutShort<Types[Name]>;
              /** The name of its type. */
              readonly type: Name;
              /** Shorter than its type. */
              readonly fit: "short";
            }
        );
    }[keyof Types]
  | (EventOrigin & { readonly value: undefined; readonly type: undefined; readonly fit: undefined });

/** The facts that every event has. */
export interface EventOrigin {
  /** The event as the program wrote it, in a buffer of its own. */
  readonly bytes: Uint8Array;
  /** The CPU that wrote it; undefined for ring buffers. */
  readonly cpu: number | undefined;
  /** CLOCK_MONOTONIC when it was written, in nanoseconds; undefined for ring buffers. */
  readonly timeNs: bigint | undefined;
}

export interface DecodedEventsOptions {
  /** The type of all events, or how each says what it is. Without types, events are bytes. */
  readonly type?: EventType | EventTypes;
  readonly decode?: DecodeOptions;
  /** Ends the stream. */
  readonly signal?: AbortSignal;
  /** The events come from a perf event array, which stamps and pads them. */
  readonly perf?: boolean;
}

/**
 * The events of a source, one by one, until the loop is left, which closes the source. They are read as fast as the
 * loop takes them and no faster: what the kernel has no room for meanwhile is counted as lost by a perf event array; a
 * ring buffer overtakes a passive reader, which is counted as an overrun, and turns down what doesn't fit before a
 * consumer, of which only the program knows.
 */
export async function* decodedEvents(
  source: EventSource,
  options: DecodedEventsOptions = {},
): AsyncGenerator<StreamEvent, void, undefined> {
  using owned = source;
  const toEvent = eventMaker(options);
  for await (const batch of eventBatches(owned, options.signal)) {
    for (let i = 0; i < batch.count; i++) {
      if (batch.type[i] !== RECORD_SAMPLE) continue;
      yield toEvent(batch, i);
      if (options.signal?.aborted) return;
    }
  }
}

function eventMaker({
  type,
  decode,
  perf = false,
}: DecodedEventsOptions): (batch: EventBatch, i: number) => StreamEvent {
  const types = type === undefined ? NO_TYPES : "all" in type ? type : oneType(type);
  const decoders = types.all.map(({ layout }) => eventDecoder(layout, decode));
  return (batch, i) => {
    const at = batch.at[i] ?? 0;
    const bytes = batch.bytes.slice(at, at + (batch.length[i] ?? 0));
    const stamp = { cpu: perf ? batch.cpu[i] : undefined, timeNs: perf ? batch.time[i] : undefined };
    const index = types.indexOf(batch, i);
    const [known, decoder] = [types.all[index], decoders[index]];
    if (known === undefined || decoder === undefined) {
      return { value: undefined, type: undefined, fit: undefined, bytes, ...stamp };
    }
    const fit = eventFit(bytes.length, known.layout.size, perf);
    const value = decoder(batch.bytes, batch.view, at, bytes.length);
    // Two lines for the two types: what is missing may be null.
    if (fit === "short") return { value, type: known.name, fit, bytes, ...stamp };
    return { value, type: known.name, fit, bytes, ...stamp };
  };
}

/** Decodes events that have a length of their own only where they do. */
function eventDecoder(layout: Layout, options: DecodeOptions = DEFAULT_DECODE_OPTIONS): CutDecoder {
  const whole = compileValueDecoder(layout, options);
  const cut = compileCutDecoder(layout, options);
  const isOpen = endsOpen(layout);
  return (bytes, view, at, length) =>
    isOpen || length < layout.size ? cut(bytes, view, at, length) : whole(bytes, view, at);
}
