import type { DecodedValue } from "../codec/access/value-decoder.ts";
import type { FileHandle, LiveHandle, MapHandle, OpenOptions } from "./handle.ts";
import { openReader } from "./reader/make-reader.ts";
import type { Reader } from "./reader/reader.ts";
import type { ReaderOptions } from "./reader/reader-options.ts";

/**
 * Opens a map for reading and decodes its entries by the BTF of the map, with no further input. A map without BTF has
 * keys and values of type Uint8Array. The value of a map of maps is the id of the inner map.
 *
 * `K` and `V` are what the program takes keys and values for; give schemas (`options.key`, `options.value`) to have
 * that checked, and the types inferred. Returns the reader of a map of the kernel at once, that of a file as a promise,
 * which `signal` ends with ABORTED. The reader is the caller's to close.
 *
 * - Throws USAGE for a wrong handle or option, and for `perCpu` with an aggregate on a map whose types are not known.
 * - Throws NO_SUCH_MAP, AMBIGUOUS_MAP, NOT_A_MAP, NO_PERMISSION, KERNEL or UNSUPPORTED_PLATFORM where a map of the
 *   kernel can't be opened; NO_SUCH_MAP, AMBIGUOUS_MAP, SNAPSHOT_INVALID or FILE where that of a file can't.
 * - Throws BTF_UNAVAILABLE, BTF_INVALID or LAYOUT_INVALID where it has types that can't be had, are damaged or don't
 *   fit.
 * - With `types`, throws TYPE_INVALID, SCHEMA_INVALID or FILE, too; with `schemaFile`, SCHEMA_MISMATCH, SCHEMA_INVALID
 *   or FILE.
 *
 * Errors of a file reject the promise; a wrong handle or option throws at once.
 */
export function openMap<K = DecodedValue, V = DecodedValue>(
  handle: FileHandle,
  options?: ReaderOptions<K, V> & OpenOptions,
): Promise<Reader<K, V>>;
/** Opens a map of the kernel at once. */
export function openMap<K = DecodedValue, V = DecodedValue>(
  handle: LiveHandle,
  options?: ReaderOptions<K, V>,
): Reader<K, V>;
/** Opens a map of the kernel at once, or a file as a promise. */
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
