import { release } from "node:os";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { DEFAULT_DECODE_OPTIONS, type DecodedValue, type DecodeOptions } from "../codec/value-decoder.ts";
import type { MetricsHook } from "../metrics/hook.ts";
import type { MapSource } from "../reader/map-source.ts";
import { isMapOfMaps } from "../reader/shape.ts";
import { entryCodec, layoutCodecs, type SideCodecs } from "./entry-codec.ts";
import { readText, type TypeOptions, withGivenTypes } from "./given-types.ts";
import {
  type FileHandle,
  type LiveHandle,
  type MapHandle,
  openFile,
  openLive,
  ownKernel,
  possibleCpuIds,
} from "./handle.ts";
import { layoutsOf } from "./map-layouts.ts";
import { MapSchema } from "./map-schema.ts";
import { Meter } from "./meter.ts";
import type { PerCpu } from "./per-cpu.ts";
import { Reader } from "./reader.ts";
import { Rows } from "./rows.ts";
import type { InvalidEntry, OnInvalid } from "./validate.ts";

/** How a map is to be read. The decode options have the defaults of `DEFAULT_DECODE_OPTIONS`. */
export interface ReaderOptions<K = unknown, V = unknown> extends Partial<DecodeOptions> {
  /** Types to decode by in place of the map's own, or where it has none. */
  readonly types?: TypeOptions;
  /** The path of a schema file that the map must agree with: SCHEMA_MISMATCH where a difference is breaking. */
  readonly schemaFile?: string;
  /** What becomes of the values of a per-CPU map: an array of them ("each", the default), or one folded from them. */
  readonly perCpu?: PerCpu;
  /** Any Standard Schema for the keys. It must not transform them if keys are looked up. */
  readonly key?: StandardSchemaV1<unknown, K>;
  /** Any Standard Schema for the values; for the array of values of a per-CPU map read with "each". */
  readonly value?: StandardSchemaV1<unknown, V>;
  /** What becomes of an entry that a schema refuses: VALUE_INVALID is thrown (the default), or it is left out. */
  readonly onInvalid?: OnInvalid;
  /** Called with every refused entry if `onInvalid` is "report". */
  readonly onInvalidEntry?: (invalid: InvalidEntry) => void;
  /** Told of what the reader does, and how long it takes. */
  readonly metrics?: MetricsHook;
}

/**
 * Opens a map for reading and decodes its entries by the BTF of the map, with no further input. A map without BTF has
 * keys and values of type Uint8Array. The value of a map of maps is the id of the inner map.
 *
 * `K` and `V` are what the program takes keys and values for; give schemas (`options.key`, `options.value`) to have that
 * checked, and the types inferred. A file takes time to read and comes as a promise; a map of the kernel opens at once.
 *
 * Throws NO_SUCH_MAP, AMBIGUOUS_MAP, NOT_A_MAP, NO_PERMISSION, SNAPSHOT_INVALID or FILE where the map can't be opened,
 * and BTF_UNAVAILABLE or LAYOUT_INVALID where it has types that can't be had or don't fit.
 */
export function openMap<K = DecodedValue, V = DecodedValue>(
  handle: FileHandle,
  options?: ReaderOptions<K, V>,
): Promise<Reader<K, V>>;
export function openMap<K = DecodedValue, V = DecodedValue>(
  handle: LiveHandle,
  options?: ReaderOptions<K, V>,
): Reader<K, V>;
export function openMap<K = DecodedValue, V = DecodedValue>(
  handle: MapHandle,
  options?: ReaderOptions<K, V>,
): Reader<K, V> | Promise<Reader<K, V>>;
export function openMap<K, V>(
  handle: MapHandle,
  options: ReaderOptions<K, V> = {},
): Reader<K, V> | Promise<Reader<K, V>> {
  const from = performance.now();
  if ("file" in handle) return openFile(handle).then((map) => readerOf(map, options, from, []));
  const map = openLive(handle, ownKernel());
  return readerOf(map, options, from, map.shape.cpus === 0 ? [] : possibleCpuIds());
}

/** The reader of an open map, which it takes over; a map that can't be read as asked is closed. */
function readerOf<K, V>(
  map: MapSource,
  options: ReaderOptions<K, V>,
  from: number,
  cpuIds: readonly number[],
): Reader<K, V> {
  try {
    const typed = options.types === undefined ? map : withGivenTypes(map, options.types);
    const schema = new MapSchema(typed, layoutsOf(typed));
    if (options.schemaFile !== undefined) schema.expect(readText(options.schemaFile), release());
    const codec = entryCodec(sidesOf(typed, schema, options), map.shape, options.perCpu ?? "each");
    const meter = options.metrics && new Meter(options.metrics, Meter.nameOf(map));
    const cpus = cpuIds.length === map.shape.cpus ? cpuIds : Array.from({ length: map.shape.cpus }, (_, i) => i);
    const { key, value, onInvalid = "throw" } = options;
    const report = (invalid: InvalidEntry): void => {
      meter?.invalid(invalid.side, invalid.issues);
      if (onInvalid === "report") options.onInvalidEntry?.(invalid);
    };
    const rows = new Rows(map, codec, { key, value, onInvalid, report });
    const openInner = (id: number): Reader<unknown, unknown> => openMap({ id });
    meter?.phase("open", (performance.now() - from) / 1000);
    return new Reader({ map, schema, codec, rows, cpus, meter, openInner });
  } catch (error) {
    map[Symbol.dispose]();
    throw error;
  }
}

function sidesOf(map: MapSource, { layouts }: MapSchema, options: Partial<DecodeOptions>): SideCodecs {
  const { int64, enums, chars } = { ...DEFAULT_DECODE_OPTIONS, ...options };
  const sides = layoutCodecs(layouts, map.shape, { int64, enums, chars });
  if (!isMapOfMaps(map.info.type)) return sides;
  return { ...sides, value: (_, view, at) => view.getUint32(at, true) };
}
