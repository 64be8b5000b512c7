import { DEFAULT_DECODE_OPTIONS, type DecodeOptions } from "../../codec/access/value-decoder.ts";
import type { MapRef } from "../maps/map-ref.ts";
import { Reader } from "../reader/reader.ts";

/** The decode options of an open reader, and the defaults for a map that is only named. */
export function decodingOf(ref: MapRef): DecodeOptions {
  return ref instanceof Reader ? Reader.partsOf(ref).text : DEFAULT_DECODE_OPTIONS;
}
