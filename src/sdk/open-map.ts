import type { DecodedValue } from "../codec/access/value-decoder.ts";
import type { FileHandle, LiveHandle, MapHandle, OpenOptions } from "./handle.ts";
import { openReader } from "./reader/make-reader.ts";
import type { Reader } from "./reader/reader.ts";
import type { ReaderOptions } from "./reader/reader-options.ts";

/**
 * Opens a map for reading and decodes its entries by the BTF of the map, with no further input. A map without BTF has
 * keys and values of type Uint8Array. The value of a map of maps is the id of the inner map.
 *
 * `K` and `V` are what the program takes keys and values for; give schemas (`options.key`, `options.value`) to have that
 * checked, and the types inferred. A file takes time to read and comes as a promise, which `signal` ends; a map of the kernel
 * opens at once.
 *
 * Throws NO_SUCH_MAP, AMBIGUOUS_MAP, NOT_A_MAP, NO_PERMISSION, SNAPSHOT_INVALID or FILE where the map can't be opened,
 * and BTF_UNAVAILABLE or LAYOUT_INVALID where it has types that can't be had or don't fit.
 */
export function openMap<K = DecodedValue, V = DecodedValue>(
  handle: FileHandle,
  options?: ReaderOptions<K, V> & OpenOptions,
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
  options: ReaderOptions<K, V> & OpenOptions = {},
): Reader<K, V> | Promise<Reader<K, V>> {
  return openReader(handle, options);
}
