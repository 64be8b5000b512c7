import type { Field } from "../../codec/access/field.ts";
import type { Layout } from "../../schema/layout.ts";

/** Words of names by which a number in network byte order is an address, or a port. */
const ADDRESS =
  /^(?:[sd]?addr\d*|addrs|[sd]?ip\d*|ips|ipv?4|addr4|v4|src|dst|source|dest|destination|daddr|gw|gateway|next(?:hop)?|peer|host|local|remote|vip|client|server|backend|endpoint|network|nat)$/;
const PORT = /^(?:[sd]?port\d*|ports|src|dst|source|dest|[sd]p)$/;
/** Words of names by which six bytes are a hardware address. */
const HARDWARE = /^(?:[sd]?mac\d*|h_?source|h_?dest|source|dest|lladdr|eth(?:er)?|hw|hwaddr|[sd]ha|bssid)$/;

/**
 * Returns the renderer that a field's name and type together tell: `__be32 saddr`, `__be16 dport`, `__u8 mac[6]`. A type alone
 * doesn't: `__be16 h_proto` is no port, and `__be32` may be a mask. Undefined where they tell nothing.
 */
export function rendererByName({ path, layout }: Pick<Field, "path" | "layout">): string | undefined {
  const member = /(\w+)\W*$/.exec(path.replace(/\[\d*\]/g, ""))?.[1] ?? "";
  const words = member.toLowerCase().split("_");
  const has = (pattern: RegExp): boolean => words.some((word) => pattern.test(word));
  if (layout.typeName === "__be32" && has(ADDRESS)) return "ipv4";
  if (layout.typeName === "__be16" && has(PORT)) return "port";
  return isSixBytes(layout) && has(HARDWARE) ? "mac" : undefined;
}

function isSixBytes(layout: Layout): boolean {
  if (layout.kind !== "array" || layout.length !== 6 || layout.counted) return false;
  const { element } = layout;
  return element.kind === "int" && element.size === 1 && element.encoding === "unsigned" && !element.isChar;
}
