import { DEFAULT_DECODE_OPTIONS, type DecodeOptions } from "../../codec/access/value-decoder.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { withInnerTypes } from "../../reader/views/map-view.ts";
import { isMapOfMaps } from "../../sys/map-types.ts";
import {
  checkHandle,
  isFileHandle,
  type MapHandle,
  type OpenOptions,
  openFile,
  openLive,
  ownKernel,
  possibleCpuIds,
} from "../handle.ts";
import { inOptions } from "../in-options.ts";
import { readSchemaFile, withGivenTypes } from "../types/given-types.ts";
import { knownEntryLayouts } from "../types/map-layouts.ts";
import { MapSchema } from "../types/map-schema.ts";
import { entryCodec, type KeyOrValueDecoder, type KeyValueCodecs, layoutCodecs } from "./entry-codec.ts";
import { Meter } from "./meter.ts";
import { aggregateDecoder } from "./per-cpu.ts";
import { Reader } from "./reader.ts";
import { checkReaderOptions, type ReaderOptions } from "./reader-options.ts";
import { Rows } from "./rows.ts";
import type { InvalidEntry } from "./validate.ts";

/** Makes the decoders of a map whose schema is known; throws where it can't be read by them. */
export type CodecsOf = (map: MapSource, schema: MapSchema, options: Partial<DecodeOptions>) => KeyValueCodecs;

interface Making {
  readonly codecsOf: CodecsOf;
  /** The moment at which opening began: milliseconds of `performance.now()`. */
  readonly from: number;
  /** The CPUs behind the slots of a value; undefined where only their number is known. */
  readonly cpuIds: readonly number[] | undefined;
  readonly isFile: boolean;
  /** The map of maps that it lies in. */
  readonly outer?: MapSource;
}

/** Opens a map and makes its reader: at once, or for a file as a promise. */
export function openReader<K, V>(
  handle: MapHandle,
  options: ReaderOptions<K, V> & OpenOptions,
  codecsOf: CodecsOf = compiledCodecs,
  outer?: MapSource,
): Reader<K, V> | Promise<Reader<K, V>> {
  checkHandle(handle);
  const isFile = isFileHandle(handle);
  checkReaderOptions(options as ReaderOptions, isFile);
  const nested = outer === undefined ? {} : { outer };
  const making = { codecsOf, from: performance.now(), cpuIds: undefined, isFile, ...nested };
  const fail = (problem: unknown): never => {
    const error = inOptions(problem);
    if (options.metrics !== undefined) new Meter(options.metrics, nameOfHandle(handle)).error(error);
    throw error;
  };
  if (isFileHandle(handle))
    return openFile(handle, options.signal)
      .then((map) => readerOf(map, options, making))
      .catch(fail);
  try {
    const map = openLive(handle, ownKernel());
    return readerOf(map, options, { ...making, cpuIds: map.shape.cpus === 0 ? [] : possibleCpuIds() });
  } catch (error) {
    return fail(error);
  }
}

/** Makes the reader of a map of a snapshot that is open. */
export function openSourceReader<K, V>(map: MapSource, options: ReaderOptions<K, V>): Reader<K, V> {
  const making = { codecsOf: compiledCodecs, from: performance.now(), cpuIds: undefined, isFile: true };
  try {
    return readerOf(map, options, making);
  } catch (error) {
    throw inOptions(error);
  }
}

/** The name of a map that could not be opened, from its handle. */
function nameOfHandle(handle: MapHandle): string {
  const [given = []] = Object.entries(handle).filter(([, value]) => value !== undefined);
  return handle.name ?? given.join(" ");
}

/** The reader of an open map, which it takes over; a map that can't be read as asked is closed. */
function readerOf<K, V>(map: MapSource, options: ReaderOptions<K, V>, making: Making): Reader<K, V> {
  try {
    const own = making.outer === undefined ? map : withInnerTypes(map, making.outer);
    const typed = options.types === undefined ? own : withGivenTypes(own, options.types);
    const schema = new MapSchema(typed, knownEntryLayouts(typed));
    if (options.schemaFile !== undefined) schema.expectLayouts(readSchemaFile(options.schemaFile).layouts);
    const entryTypes = making.codecsOf(typed, schema, options);
    const codec = entryCodec({ ...entryTypes, cpus: cpusDecoder(typed, schema, options) }, map.shape);
    const meter = options.metrics && new Meter(options.metrics, Meter.nameOf(map));
    const cpus = making.cpuIds ?? Array.from({ length: map.shape.cpus }, (_, i) => i);
    const { key, value, onInvalid = "throw" } = options;
    const report = (invalid: InvalidEntry): void => {
      meter?.invalid(invalid.side, invalid.issues);
      if (onInvalid === "report") options.onInvalidEntry?.(invalid);
    };
    const rows = new Rows(map, codec, { key, value, onInvalid, report });
    const openInner = (id: number, inner: ReaderOptions): Reader<unknown, unknown> =>
      openReader({ id }, inner, compiledCodecs, typed) as Reader<unknown, unknown>;
    meter?.phase("open", (performance.now() - making.from) / 1000);
    const text = { ...decodeOptions(options), perCpu: options.perCpu ?? "each" };
    return new Reader({ map: typed, schema, codec, rows, cpus, meter, text, openInner, isFile: making.isFile });
  } catch (error) {
    map[Symbol.dispose]();
    throw error;
  }
}

/** The decoder of what is made of the values of all CPUs, where they aren't kept apart. */
function cpusDecoder(
  map: MapSource,
  { layouts }: MapSchema,
  { perCpu = "each", ...options }: ReaderOptions,
): KeyOrValueDecoder | undefined {
  if (map.shape.cpus === 0 || perCpu === "each") return undefined;
  return aggregateDecoder(map, layouts?.value, perCpu, decodeOptions(options));
}

function decodeOptions(options: Partial<DecodeOptions>): DecodeOptions {
  const { int64, enums, chars } = { ...DEFAULT_DECODE_OPTIONS, ...options };
  return { int64, enums, chars };
}

/** Decoders compiled from the layouts. */
function compiledCodecs(map: MapSource, { layouts }: MapSchema, options: Partial<DecodeOptions>): KeyValueCodecs {
  const entryTypes = layoutCodecs(layouts, map.shape, decodeOptions(options));
  if (!isMapOfMaps(map.info.type)) return entryTypes;
  return { ...entryTypes, value: (_, view, at) => view.getUint32(at, true) };
}
