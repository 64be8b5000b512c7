import { encodeKey, type KeyValue } from "../../codec/keys/json-key.ts";
import { EbpfMapError } from "../../errors.ts";
import type { EntryTypes } from "../../query/fields/path.ts";
import type { MapSource } from "../../reader/map-source.ts";
import type { Layout } from "../../schema/layout.ts";
import { namedFields } from "../../schema/named-fields.ts";

/** A value alone is that of the only field of a struct. */
function ofOneField(key: Layout, value: KeyValue): KeyValue {
  if (key.kind !== "struct" || key.rendering !== undefined || typeof value === "object") return value;
  const [field, ...others] = namedFields(key);
  return field === undefined || others.length > 0 ? value : { [field.name]: value };
}

/** The bytes of `--key JSON`. Throws KEY_INVALID for what is no key of the map. */
export function keyFromJson(value: KeyValue, { key }: EntryTypes, map: MapSource): Uint8Array {
  const { label, shape } = map;
  if (key === undefined) throw new EbpfMapError("KEY_INVALID", `--key: the keys of ${label} have no type`);
  try {
    return encodeKey(key, shape.keySize, ofOneField(key, value));
  } catch (error) {
    if (!(error instanceof EbpfMapError) || error.code !== "KEY_INVALID") throw error;
    throw new EbpfMapError(error.code, `--key: ${error.message}`, error.details, error);
  }
}
