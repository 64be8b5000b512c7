import { DEFAULT_DECODE_OPTIONS, type DecodedValue, type DecodeOptions } from "../codec/access/value-decoder.ts";
import { EbpfMapError } from "../errors.ts";
import type { MapSource } from "../reader/map-source.ts";
import type { Layout } from "../schema/layout.ts";
import { decodedEvents, type StreamEvent } from "../stream/decoded-events.ts";
import type { EventSource, StreamStats } from "../stream/event-source.ts";
import { type EventTypes, NO_TYPES, oneType, parseDiscriminator, typesBy } from "../stream/event-types.ts";
import { isPerf, openSource, sourceOptions } from "../stream/open-source.ts";
import { findType, typesOfBtf, typesOfPrograms } from "../stream/type-library.ts";
import type { WritableMap } from "../sys/events/kernel.ts";
import { LinuxStreamKernel } from "../sys/events/linux.ts";
import {
  ANY_TEXT,
  BOOLEAN,
  checkNeeds,
  checkOptions,
  MILLISECONDS,
  type OptionChecks,
  oneOf,
  PATH_OR_BYTES,
  RECORD,
  SIGNAL,
} from "./check-options.ts";
import { checkHandle, isFileHandle, type LiveHandle, type MapHandle, openLive, ownKernel } from "./handle.ts";
import { inOptions } from "./in-options.ts";
import { ListedMap } from "./maps/listed-map.ts";
import { DECODE_CHECKS } from "./reader/reader-options.ts";
import { readBtf } from "./types/btf-file.ts";

export type { StreamEvent, TaggedEvent } from "../stream/decoded-events.ts";

/** The sizes that perf_event_open takes for a buffer, in pages. */
const POWERS_OF_TWO: readonly number[] = Array.from({ length: 17 }, (_, i) => 2 ** i);

/** Options of `openStream`: the types of events, and what is for ring buffers or for perf event arrays alone. */
export type EventOptions = EventBase & EventTyping & (RingChoice | PerfChoice);

/** Options of `openStream` for any stream. The decode options have the defaults of `DEFAULT_DECODE_OPTIONS`. */
export interface EventBase extends Partial<DecodeOptions> {
  /** The most milliseconds between two looks for events that the kernel tells nothing of: 200 unless given. */
  readonly pollMs?: number;
  /** Ends the loop, without an error, and closes the stream. */
  readonly signal?: AbortSignal;
}

/** The types of events: one for all, several that events tell apart, or none, so that events are bytes. */
export type EventTyping =
  | (EventBtf & {
      /** The C type of all events: a name, such as `struct event`, or a declaration. */
      readonly type: string;
      readonly types?: undefined;
      readonly typeBy?: undefined;
    })
  | (EventBtf & {
      /** The types by the whole number that `typeBy` reads from an event: `{ 1: "struct open_event" }`. */
      readonly types: Readonly<Record<string, string>>;
      /** The integer of an event that selects one of `types`: `u32@0` is 32 bits without a sign at byte 0. */
      readonly typeBy: string;
      readonly type?: undefined;
    })
  | {
      /** The C type of all events, as above; bytes without it. */
      readonly type?: string;
      readonly types?: undefined;
      readonly typeBy?: undefined;
      readonly btf?: undefined;
      readonly btfBase?: undefined;
    };

/** The BTF in which the names of types are looked up: otherwise that of the programs that use the map. */
export type EventBtf =
  | {
      /** BTF for the names of types, as a path or as bytes. */
      readonly btf: string | Uint8Array;
      /** The base of `btf` where that is split BTF, a kernel module's: /sys/kernel/btf/vmlinux unless given. */
      readonly btfBase?: string | Uint8Array;
    }
  | { readonly btf?: undefined; readonly btfBase?: undefined };

/** Options for ring buffers. */
export interface RingChoice {
  /**
   * Begin with new events, or with the oldest that is not consumed: the default is "oldest" with `consume`, else "now".
   */
  readonly from?: "now" | "oldest";
  /** Take events away from the ring buffer, as its only consumer; false unless given, so that nothing is taken. */
  readonly consume?: boolean;
  /** Nothing is written into a ring buffer. */
  readonly attach?: false;
  readonly pages?: undefined;
}

/** Options for perf event arrays. */
export interface PerfChoice {
  /**
   * Let the perf event array write to this process, which it needs: its slots are filled, in place of another reader's.
   */
  readonly attach: true;
  /** Pages of each CPU's buffer, a power of two from 1 to 65,536: 128 unless given. */
  readonly pages?: number;
  readonly from?: undefined;
  /** Events of a perf event array are always taken away. */
  readonly consume?: false;
}

/**
 * Events as they come. It can be iterated once; leaving the loop closes it, as `close` and `using` do. `Event` is what
 * the loop gives: a `TaggedEvent` where the types of events are known by name.
 *
 * The loop has no end of its own: the signal ends it without an error, `close` with CLOSED after the events that were
 * read by then. It throws VALUE_RANGE for an event that can't be decoded, and KERNEL where another consumer takes
 * events, too.
 */
export interface EventStream<T, Event = StreamEvent<T>> extends AsyncIterable<Event>, Disposable, AsyncDisposable {
  /** Counts of the events so far, lost ones included; the object is updated as the loop goes on. */
  readonly stats: Readonly<StreamStats>;
  /** Gives back memory and descriptors, and the slots of a perf event array. Does nothing the second time. */
  close(): void;
}

/**
 * Opens the events that flow through a ring buffer or perf event array, by its handle. A ring buffer is read without
 * taking anything from its consumer unless `consume` says so. Memory doesn't grow when the loop is slow: what is lost
 * then is counted in `stats`.
 *
 * `T` is what the program takes events for. Needs a descriptor for writing: CAP_SYS_ADMIN by id or name, write
 * permission on a pin. The stream is the caller's to close.
 *
 * Throws what `openMap` throws where the map can't be opened; USAGE for a snapshot, a map that is no stream of events,
 * a perf event array without `attach`, or options that exclude each other; NOT_READABLE for a ring buffer in overwrite
 * mode, a user ring buffer with `consume`, or a perf event array without a slot for an online CPU; and TYPE_INVALID,
 * LAYOUT_INVALID, BTF_INVALID, BTF_UNAVAILABLE or FILE where a type can't be had.
 */
export function openStream<T = DecodedValue>(handle: LiveHandle, options: EventOptions = {}): EventStream<T> {
  return opened(handle, options, (map, kernel) => eventTypes(options, map, kernel));
}

/** The types of a stream's events as generated code has them. */
export interface TypedEvents {
  /** The stream is a perf event array, not a ring buffer. */
  readonly perf: boolean;
  /** The integer that says which type an event has, such as `u32@0`; undefined where there is one type, or none. */
  readonly typeBy: string | undefined;
  readonly types: readonly { readonly name: string; readonly layout: Layout; readonly is: string | undefined }[];
}

/**
 * Opens events whose types are known. Throws what `openStream` throws, and SCHEMA_MISMATCH for a stream of the other
 * kind.
 */
export function openTypedStream<T, Event>(
  handle: LiveHandle,
  options: EventOptions,
  { perf, typeBy, types: [only, ...others], types }: TypedEvents,
): EventStream<T, Event> {
  const typesOf = (map: MapSource): EventTypes => {
    if (isPerf(map) !== perf) throw otherKind(map, perf);
    if (typeBy === undefined) return only === undefined || others.length > 0 ? NO_TYPES : oneType(only);
    const cases = types.map(({ name, layout, is = "" }) => ({ value: wholeNumber(is), type: { name, layout } }));
    return typesBy(parseDiscriminator(typeBy), cases);
  };
  return opened(handle, options, typesOf);
}

function otherKind({ label }: MapSource, perf: boolean): EbpfMapError {
  const kind = (isPerf: boolean): string => (isPerf ? "a perf event array" : "a ring buffer");
  const message = `read the events of ${label}: the file was generated for ${kind(perf)}, this is ${kind(!perf)} (ebpf-map generate makes the file anew)`;
  return new EbpfMapError("SCHEMA_MISMATCH", message, { declared: kind(perf), actual: kind(!perf) });
}

function opened<T, Event>(
  handle: LiveHandle,
  options: EventOptions,
  typesOf: (map: MapSource, kernel: LinuxStreamKernel) => EventTypes,
): EventStream<T, Event> {
  checkStreamArguments(handle, options);
  try {
    return openedUnder(handle, options, typesOf);
  } catch (error) {
    throw inOptions(error);
  }
}

function openedUnder<T, Event>(
  handle: LiveHandle,
  options: EventOptions,
  typesOf: (map: MapSource, kernel: LinuxStreamKernel) => EventTypes,
): EventStream<T, Event> {
  const kernel = new LinuxStreamKernel();
  using map = openLive(handle, ownKernel());
  const perf = isPerf(map);
  const type = typesOf(map, kernel);
  const source = openSource(kernel, map, writableMap(handle, map), sourceOptions(options), "attach: true");
  const { signal } = options;
  const decode = { ...DEFAULT_DECODE_OPTIONS, ...given(options) };
  return streamOf(source, decodedEvents(source, { type, decode, perf, ...(signal && { signal }) }));
}

/** Any options of a stream, as the code behind the types sees them. */
type AnyEvents = { readonly [Name in keyof EventOptions]?: EventOptions[Name] | undefined };

const STREAM_CHECKS: OptionChecks<EventOptions> = {
  ...DECODE_CHECKS,
  type: ANY_TEXT,
  types: RECORD,
  typeBy: ANY_TEXT,
  btf: PATH_OR_BYTES,
  btfBase: PATH_OR_BYTES,
  from: oneOf("now", "oldest"),
  consume: BOOLEAN,
  attach: BOOLEAN,
  pollMs: MILLISECONDS,
  pages: {
    expected: "a power of two from 1 to 65536",
    accepts: (value) => Number.isInteger(value) && POWERS_OF_TWO.includes(value as number),
  },
  signal: SIGNAL,
};

/** Throws USAGE. */
function checkStreamArguments(handle: MapHandle, options: EventOptions): void {
  checkHandle(handle);
  if (isFileHandle(handle)) throw usage("a snapshot file has no events (name a map of the kernel)");
  checkOptions("read events", options, STREAM_CHECKS);
  const { type, types, typeBy, btf, attach, consume, from }: AnyEvents = options;
  if (type !== undefined && (types ?? typeBy) !== undefined)
    throw usage(`type and ${types === undefined ? "typeBy" : "types"} exclude each other`, "type");
  checkNeeds<AnyEvents>("read events", options, [
    ["types", "typeBy"],
    ["typeBy", "types"],
    ["btfBase", "btf"],
  ]);
  if (btf !== undefined && (type ?? types) === undefined) throw usage("btf needs type or types", "btf");
  if (attach !== true && options.pages !== undefined) throw usage("pages needs attach: true", "pages");
  if (attach === true && consume === true) throw usage("attach and consume exclude each other", "consume");
  if (attach === true && from !== undefined) throw usage("attach and from exclude each other", "from");
}

function streamOf<T, Event>(source: EventSource, events: AsyncIterable<StreamEvent>): EventStream<T, Event> {
  const close = (): void => source[Symbol.dispose]();
  return {
    stats: source.stats,
    close,
    [Symbol.dispose]: close,
    [Symbol.asyncDispose]: async () => close(),
    [Symbol.asyncIterator]: () => events[Symbol.asyncIterator]() as AsyncIterator<Event>,
  };
}

/** The options that were given; one that is undefined means the default. */
function given(options: EventOptions): Partial<Required<EventOptions>> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function eventTypes(options: EventOptions, { info }: MapSource, kernel: LinuxStreamKernel): EventTypes {
  const { type, types, typeBy, btf, btfBase } = options;
  if (type === undefined && types === undefined) return NO_TYPES;
  const library =
    btf === undefined
      ? typesOfPrograms(ownKernel(), kernel, info.id)
      : typesOfBtf(readBtf(btf, btfBase), typeof btf === "string" ? btf : "the given BTF");
  if (type !== undefined) return oneType(findType(library, type));
  const cases = Object.entries(types ?? {}).map(([value, name]) => ({
    value: wholeNumber(value),
    type: findType(library, name),
  }));
  return typesBy(parseDiscriminator(typeBy ?? ""), cases);
}

function wholeNumber(text: string): bigint {
  if (/^-?\d{1,20}$/.test(text)) return BigInt(text);
  throw usage(`'${text}' is no number of a type`);
}

function writableMap(handle: LiveHandle, { info }: MapSource): WritableMap {
  return handle instanceof ListedMap || handle.pinned === undefined ? { id: info.id } : { path: handle.pinned };
}

function usage(why: string, option?: string): EbpfMapError {
  return new EbpfMapError("USAGE", `read events: ${why}`, option === undefined ? {} : { option });
}
