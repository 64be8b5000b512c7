import { expect, test } from "vitest";
import { wholeField } from "../../../../src/codec/access/field.ts";
import { rendererByName } from "../../../../src/output/render/by-name.ts";
import type { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { layoutOf } from "../../../helpers/layout-of.ts";

type Make = (btf: BtfBuilder) => number;

const be32: Make = (b) => b.typedef("__be32", b.typedef("__u32", b.int("unsigned int", 4)));
const be16: Make = (b) => b.typedef("__be16", b.typedef("__u16", b.int("unsigned short", 2)));
const u32: Make = (b) => b.typedef("__u32", b.int("unsigned int", 4));
const u16: Make = (b) => b.typedef("__u16", b.int("unsigned short", 2));
const bytes =
  (length: number): Make =>
  (b) =>
    b.array(b.int("unsigned char", 1), length);
const chars: Make = (b) => b.array(b.signed("char", 1), 16);

test.each<[string, string, Make, string | undefined]>([
  ["an address", "key.saddr", be32, "ipv4"],
  ["with another name", "value.remote_ip4", be32, "ipv4"],
  ["deep inside", "value.tuple[0].src_ip", be32, "ipv4"],
  ["of a list", "value.addrs[]", be32, "ipv4"],
  ["an address alone", "value.ip", be32, "ipv4"],
  ["a gateway", "value.gateway", be32, "ipv4"],
  ["a number in network order that is no address", "value.seq", be32, undefined],
  ["one whose name ends like an address", "value.mark", be32, undefined],
  ["a key that is a number", "key", be32, undefined],
  ["an address in the order of the machine, or of nobody knows which", "key.saddr", u32, undefined],
  ["a port", "key.dport", be16, "port"],
  ["the port of a header", "value.tcp.source", be16, "port"],
  ["ports of a list", "value.ports[]", be16, "port"],
  ["a number of 16 bits that is no port", "value.h_proto", be16, undefined],
  ["a port in the order of the machine", "key.sport", u16, undefined],
  ["a hardware address", "value.mac", bytes(6), "mac"],
  ["of an Ethernet header", "value.eth.h_source", bytes(6), "mac"],
  ["six bytes", "value.pad", bytes(6), undefined],
  ["five bytes of that name", "value.mac", bytes(5), undefined],
  ["an address of 16 bytes", "key.saddr6", bytes(16), "ipv6"],
  ["of 4 numbers", "key.remote_ip6", (b) => b.array(be32(b), 4), "ipv6"],
  ["16 bytes", "value.hash", bytes(16), undefined],
  ["text", "value.ip6name", chars, undefined],
])("%s: %s", (_, path, make, renderer) => {
  expect(rendererByName({ ...wholeField("value", layoutOf(make)), path })).toBe(renderer);
});

test("a bit-field is a number", () => {
  expect(
    rendererByName({ ...wholeField("value", layoutOf(be32)), path: "value.addr", bitfieldBits: 31 }),
  ).toBeUndefined();
});
