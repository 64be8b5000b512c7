import {
  compileValueDecoder,
  type DecodedValue,
  type DecodeOptions,
  type ValueDecoder,
} from "../codec/access/value-decoder.ts";
import { eventBatches } from "./batches.ts";
import { type EventBatch, RECORD_SAMPLE } from "./event-batch.ts";
import type { EventSource } from "./event-source.ts";
import { type EventFit, type EventType, type EventTypes, eventFit, NO_TYPES, oneType } from "./event-types.ts";

/** One event. Its bytes are a copy, so it may be kept. */
export interface StreamEvent<T = DecodedValue> {
  /** Decoded by its type; undefined where it has none or is shorter than that. */
  readonly value: T | undefined;
  /** The name of its type; undefined where it has none. */
  readonly type: string | undefined;
  /** Its length compared with its type's size; undefined where it has no type. */
  readonly fit: EventFit | undefined;
  readonly bytes: Uint8Array;
  /** The CPU that wrote it, and CLOCK_MONOTONIC then in nanoseconds; undefined for ring buffers. */
  readonly cpu: number | undefined;
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
 * The events of a source, one by one, until the loop is left, which closes the source. They are read as fast as the loop
 * takes them and no faster: what the kernel has no room for meanwhile is counted as lost by a perf event array; a ring
 * buffer overtakes a passive reader, which is counted as an overrun, and turns down what doesn't fit before a consumer,
 * of which only the program knows.
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
  const decoders = types.all.map(({ layout }) => compileValueDecoder(layout, decode));
  return (batch, i) => {
    const at = batch.at[i] ?? 0;
    const bytes = batch.bytes.slice(at, at + (batch.length[i] ?? 0));
    const stamp = { cpu: perf ? batch.cpu[i] : undefined, timeNs: perf ? batch.time[i] : undefined };
    const index = types.indexOf(batch, i);
    const known = types.all[index];
    if (known === undefined) return { value: undefined, type: undefined, fit: undefined, bytes, ...stamp };
    const fit = eventFit(bytes.length, known.layout.size, perf);
    const value = fit === "short" ? undefined : decodeAt(decoders[index], batch, at);
    return { value, type: known.name, fit, bytes, ...stamp };
  };
}

function decodeAt(
  decoder: ValueDecoder | undefined,
  { bytes, view }: EventBatch,
  at: number,
): DecodedValue | undefined {
  return decoder?.(bytes, view, at);
}
