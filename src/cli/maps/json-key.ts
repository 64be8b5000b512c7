import { isText } from "../../codec/access/field.ts";
import { encodeKey, type KeyValue } from "../../codec/keys/json-key.ts";
import { EbpfMapError } from "../../errors.ts";
import type { EntryTypes } from "../../query/fields/path.ts";
import type { MapSource } from "../../reader/map-source.ts";
import type { Layout } from "../../schema/layout.ts";
import { namedFields } from "../../schema/named-fields.ts";
import type { GivenJson } from "../args/values/json.ts";

/** A value alone is that of the only field of a struct, and where that is a text, it needs no quotes: `10`, `true`. */
function keyMeant(key: Layout, given: GivenJson): KeyValue {
  const { value, text } = given;
  if (typeof value === "object" && value !== null) return value;
  if (isText(key) || isShownAsText(key)) return typeof value === "string" ? value : text.trim();
  if (key.kind !== "struct" || key.rendering !== undefined) return value;
  const [field, ...others] = namedFields(key);
  return field === undefined || others.length > 0 ? value : { [field.name]: keyMeant(field.layout, given) };
}

/**
 * Tells whether bytes are shown as text: those without a type as digits, `u8[16]` as `char` where that is asked for.
 */
function isShownAsText({ kind, rendering }: Layout): boolean {
  return kind === "array" && (rendering === "hex" || rendering === "char");
}

/** The bytes of a key that stands in JSON. Throws KEY_INVALID for what is no key of that type. */
export function keyBytesOf(given: GivenJson, key: Layout, size: number): Uint8Array {
  return encodeKey(key, size, keyMeant(key, given));
}

/** The bytes of `--key JSON`. Throws KEY_INVALID for what is no key of the map. */
export function keyFromJson(given: GivenJson, { key }: EntryTypes, map: MapSource): Uint8Array {
  const { label, shape } = map;
  if (key === undefined) throw new EbpfMapError("KEY_INVALID", `--key: the keys of ${label} have no type`);
  try {
    return keyBytesOf(given, key, shape.keySize);
  } catch (error) {
    if (!(error instanceof EbpfMapError) || error.code !== "KEY_INVALID") throw error;
    throw new EbpfMapError(error.code, `--key: ${error.message}`, error.details, error);
  }
}
