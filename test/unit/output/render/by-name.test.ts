import { expect, test } from "vitest";
import { rendererByName } from "../../../../src/output/render/by-name.ts";
import { integerLayout } from "../../../../src/query/fields/synthetic-layouts.ts";
import type { Layout } from "../../../../src/schema/layout.ts";

const typed = (bits: number, typeName: string): Layout => ({ ...integerLayout(bits, false), typeName });
const bytes = (length: number, element: Partial<Layout> = {}): Layout => {
  const byte = { ...typed(8, "__u8"), ...element } as Extract<Layout, { kind: "int" }>;
  return { kind: "array", size: length, element: byte, length, charsDirect: false, typeName: "", tagged: false };
};
const [be32, be16, u32, u16] = [typed(32, "__be32"), typed(16, "__be16"), typed(32, "__u32"), typed(16, "__u16")];

test.each<[path: string, layout: Layout, expected: string | undefined]>([
  ["key.saddr", be32, "ipv4"],
  ["key.addrs[]", be32, "ipv4"],
  ["key.addr[3]", be32, "ipv4"],
  ["value.client_ip", be32, "ipv4"],
  ["value.ip4", be32, "ipv4"],
  ["value.nexthop", be32, "ipv4"],
  ["key.mask", be32, undefined],
  ["key", be32, undefined],
  ["key.saddr", u32, undefined],
  ["key.dport", be16, "port"],
  ["key.remote_port", be16, "port"],
  ["key.h_proto", be16, undefined],
  ["key.vlan_id", be16, undefined],
  ["key.dport", u16, undefined],
  ["key.mac", bytes(6), "mac"],
  ["key.h_dest", bytes(6), "mac"],
  ["key.eth_src_mac", bytes(6), "mac"],
  ["key.mac", bytes(8), undefined],
  ["key.mac", bytes(6, { isChar: true } as Partial<Layout>), undefined],
  ["key.comm", bytes(6), undefined],
])("%s of %o: %s", (path, layout, expected) => {
  expect(rendererByName({ path, layout })).toBe(expected);
});
