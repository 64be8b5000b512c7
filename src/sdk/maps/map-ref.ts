import { EbpfMapError } from "../../errors.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { checkHandle, isFileHandle, type MapHandle, openFile, openLive, ownKernel } from "../handle.ts";
import { inOptions } from "../in-options.ts";
import { interruptibleMap } from "../machine/interruptible.ts";
import { Reader } from "../reader/reader.ts";
import { type TypeOptions, withGivenTypes } from "../types/given-types.ts";
import { ListedMap } from "./listed-map.ts";

/**
 * A map by any of the ways to name it, or one that is open. What is open stays so, and its types and options count; the
 * function ends with CLOSED when it is closed.
 */
export type MapRef<K = never, V = unknown> = MapHandle | OpenReader<K, V>;

/** A reader, whatever it decodes. */
export type OpenReader<K = never, V = unknown> = Pick<Reader<K, V>, "label" | "info" | "close" | "get" | "peek">;

/** Checks that a value names a map. Throws USAGE, or CLOSED for a reader that is closed. */
export function checkRef(ref: unknown): void {
  if (ref instanceof Reader) Reader.partsOf(ref);
  else checkHandle(ref);
}

/** Opens what is named. The caller disposes of it; that of a reader stays open. Throws ABORTED for a file. */
export async function openRef(
  ref: MapRef,
  { types, signal }: { readonly types?: TypeOptions | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<MapSource> {
  if (ref instanceof Reader) return openMapOf(ref);
  const handle = ref as MapHandle;
  const map = isFileHandle(handle) ? await openFile(handle, signal) : openLive(handle, ownKernel());
  try {
    return types === undefined ? map : withGivenTypes(map, types);
  } catch (error) {
    map[Symbol.dispose]();
    throw inOptions(error);
  }
}

/** The map of a reader, whose reads end with CLOSED when the reader is closed. */
function openMapOf(reader: Reader<unknown, unknown>): MapSource {
  return interruptibleMap(Reader.partsOf(reader).map, {
    async take() {
      Reader.partsOf(reader);
    },
  });
}

/** True for something that stands for one map, and not for a list of them. */
export function isRef(value: unknown): value is MapRef {
  return value instanceof Reader || value instanceof ListedMap || !isList(value);
}

function isList(value: unknown): boolean {
  return typeof value === "object" && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

/** The kernel's words for a map that isn't there any more. */
export function isGone(error: unknown): boolean {
  return error instanceof EbpfMapError && (error.code === "NO_SUCH_MAP" || error.details.errnoName === "ENOENT");
}
