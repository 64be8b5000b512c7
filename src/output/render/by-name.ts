import type { Field } from "../../codec/access/field.ts";

/**
 * Names of fields of type `__be32` that are addresses: `saddr`, `dst_ip`, `gateway`. Sequence numbers and marks are
 * none.
 */
const ADDRESS =
  /addr|ip(?:v?4)?$|^ip(?:v?4)?_|_ip_|^(?:src|dst|source|dest|destination|peer|gw|gateway|next_?hop|vip)$/i;
/** Names of fields of type `__be16` that are ports; `source` and `dest` are those of tcphdr and udphdr. */
const PORT = /port|^(?:source|dest)$/i;
const MAC = /mac|hw_?addr|lladdr|eth_?(?:addr|src|dst)|^h_(?:source|dest)$/i;
const ADDRESS_6 = /(?:addr|ip).*v?6|(?:s|d|src|dst|in)_?6?_?addr|ip6|^(?:src|dst)_?(?:ip)?v?6?$/i;

const MAC_BYTES = 6;
const ADDRESS_6_BYTES = 16;

/**
 * Returns the renderer of a field whose type and name together say what it is: the kernel's `__be32` and `__be16`, and
 * bytes as long as an address. The type alone tells no more than the byte order, the name alone no more than the
 * intent.
 */
export function rendererByName({ path, layout, bitfieldBits }: Field): string | undefined {
  if (bitfieldBits > 0) return undefined;
  const name = lastName(path);
  switch (layout.kind) {
    case "int":
      if (layout.typeName === "__be32" && ADDRESS.test(name)) return "ipv4";
      return layout.typeName === "__be16" && PORT.test(name) ? "port" : undefined;
    case "array": {
      const { element, size } = layout;
      if (element.kind !== "int") return undefined;
      if (size === MAC_BYTES && element.size === 1 && MAC.test(name)) return "mac";
      const isAddress = size === ADDRESS_6_BYTES && (isByte(element) || element.typeName === "__be32");
      return isAddress && ADDRESS_6.test(name) ? "ipv6" : undefined;
    }
    default:
      return undefined;
  }
}

/** Tells whether an element is a byte of a number, not a character of a text. */
function isByte({ size, isChar }: { readonly size: number; readonly isChar: boolean }): boolean {
  return size === 1 && !isChar;
}

/** The name of the field at the end of a path: `saddr` of `key.tuple.saddr`, `addrs` of `value.addrs[]`. */
function lastName(path: string): string {
  return /([A-Za-z_]\w*)(?:"\])?(?:\[\d*\])*$/.exec(path)?.[1] ?? "";
}
