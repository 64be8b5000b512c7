import type { EntryTypes } from "../../query/fields/path.ts";
import type { Layout } from "../../schema/layout.ts";
import { type NamedField, namedFields } from "../../schema/named-fields.ts";

/** The bits of the prefix length, with which the kernel has every key of a trie begin. */
const LENGTH_BITS = 32;
const ADDRESS_SIZES: readonly number[] = [4, 16];
/** Records that are addresses, whatever their members. */
const ADDRESS_TYPES: readonly string[] = ["struct in_addr", "struct in6_addr"];

/**
 * Returns the types of an lpm_trie. Its keys are rendered as networks if only an address follows the length of the
 * prefix: an integer or an array of bytes, of 4 or 16 bytes, or bytes of an unknown type. Other keys are shown by their
 * type.
 */
export function withNetworkKeys(entryTypes: EntryTypes): EntryTypes {
  const { key, untyped } = entryTypes;
  if (key === undefined || !ADDRESS_SIZES.includes(key.size - LENGTH_BITS / 8)) return entryTypes;
  const isNetwork = untyped !== undefined || isPrefixAndAddress(key);
  return isNetwork ? { ...entryTypes, key: { ...key, rendering: "cidr" } } : entryTypes;
}

function isPrefixAndAddress(key: Layout): boolean {
  if (key.kind !== "struct") return false;
  const fields = namedFields(key);
  const behind = fields.filter(({ bitOffset }) => bitOffset >= LENGTH_BITS);
  const length = fields.filter(({ bitOffset }) => bitOffset < LENGTH_BITS);
  const isLength =
    length.length > 0 && length.every(({ bitOffset, layout }) => bitOffset + layout.size * 8 <= LENGTH_BITS);
  return isLength && behind.length > 0 && behind.every((field) => isAddress(field, key.size));
}

/** Tells whether a field is all of the key behind the length, as a number or as bytes. */
function isAddress({ bitOffset, bitfieldBits, layout }: NamedField, keySize: number): boolean {
  if (bitOffset !== LENGTH_BITS || bitfieldBits > 0 || layout.size !== keySize - LENGTH_BITS / 8) return false;
  if (layout.kind === "array") return layout.element.kind === "int" && layout.element.size === 1;
  return (layout.kind === "int" && layout.encoding !== "bool") || ADDRESS_TYPES.includes(layout.typeName);
}
