import type { EntryTypes } from "../../query/fields/path.ts";
import type { Layout } from "../../schema/layout.ts";
import { type NamedField, namedFields } from "../../schema/named-fields.ts";

/** Bits of the length that the key of a trie begins with, as the kernel wants it. */
const LENGTH_BITS = 32;
const ADDRESS_SIZES: readonly number[] = [4, 16];
/** Records that are an address, whatever they are made of. */
const ADDRESS_TYPES: readonly string[] = ["struct in_addr", "struct in6_addr"];

/**
 * The types of an lpm_trie, whose keys are networks where nothing but an address follows the length of the prefix: one
 * integer or one array of bytes of 4 or 16 bytes, or bytes that nothing is known of. Any other key is shown as it is typed.
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

/** All that is behind the length, as one number or its bytes; members of a union say the same in several ways. */
function isAddress({ bitOffset, bitfieldBits, layout }: NamedField, keySize: number): boolean {
  if (bitOffset !== LENGTH_BITS || bitfieldBits > 0 || layout.size !== keySize - LENGTH_BITS / 8) return false;
  if (layout.kind === "array") return layout.element.kind === "int" && layout.element.size === 1;
  return (layout.kind === "int" && layout.encoding !== "bool") || ADDRESS_TYPES.includes(layout.typeName);
}
