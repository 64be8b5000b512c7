import { encodeKey, type KeyValue } from "../../codec/keys/json-key.ts";
import { EbpfMapError } from "../../errors.ts";
import type { EntryTypes } from "../../query/fields/path.ts";
import { queryError } from "../../query/fields/query-error.ts";
import type { MapSource } from "../../reader/map-source.ts";

/** The bytes of `--key JSON`. Throws QUERY_INVALID for what is no JSON, KEY_INVALID for what is no key of the map. */
export function keyFromJson(text: string, { key }: EntryTypes, map: MapSource): Uint8Array {
  const { label, shape } = map;
  if (key === undefined) throw new EbpfMapError("KEY_INVALID", `--key: ${label} has no typed keys`);
  try {
    return encodeKey(key, shape.keySize, parseJson(text));
  } catch (error) {
    if (!(error instanceof EbpfMapError) || error.code !== "KEY_INVALID") throw error;
    throw new EbpfMapError(error.code, `--key: ${error.message}`, error.details, error);
  }
}

/** JSON.parse, but for integers that a double may not hold: they come as strings of digits. */
function parseJson(text: string): KeyValue {
  try {
    JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    throw queryError({ option: "--key", text }, { start: at, end: at + 1 }, "not JSON (text stands in double quotes)");
  }
  const exact = text.replace(TEXT_OR_NUMBER, (found) => (/^-?\d{16,}$/.test(found) ? `"${found}"` : found));
  return JSON.parse(exact) as KeyValue;
}

const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
