import { describe, expect, test } from "vitest";
import { encodeKey, type KeyValue } from "../../../../src/codec/keys/json-key.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { layoutOf } from "../../../helpers/layout-of.ts";

const encoded = (layout: Layout, value: KeyValue, size = layout.size): string =>
  Buffer.from(encodeKey(layout, size, value)).toString("hex");

const u8 = layoutOf((b) => b.int("u8", 1));
const s16 = layoutOf((b) => b.signed("s16", 2));
const u16 = layoutOf((b) => b.int("u16", 2));
const u32 = layoutOf((b) => b.int("u32", 4));
const u64 = layoutOf((b) => b.int("u64", 8));
const u128 = layoutOf((b) => b.int("u128", 16));
const bool = layoutOf((b) => b.int("bool", 1, { encoding: 4 }));
const float = layoutOf((b) => b.float("float", 4));
const double = layoutOf((b) => b.float("double", 8));
const text = layoutOf((b) => b.array(b.signed("char", 1), 4));
const mac = layoutOf((b) => b.array(b.int("u8", 1), 6));
const in6 = layoutOf((b) => b.array(b.int("u32", 4), 4));
const state = layoutOf((b) =>
  b.enum("state", [
    ["ST_NEW", 0],
    ["ST_SYN", 1],
  ]),
);
const pair = layoutOf((b) => b.array(b.int("u16", 2), 2));
const padded = layoutOf((b) =>
  b.struct("padded", 8, [
    { name: "a", type: b.int("u8", 1), bitOffset: 0 },
    { name: "b", type: b.int("u32", 4), bitOffset: 32 },
  ]),
);
const bits = layoutOf((b) => {
  const u = b.int("u32", 4);
  return b.struct("bits", 4, [
    { name: "a", type: u, bitOffset: 0, bitfieldSize: 3 },
    { name: "b", type: b.signed("s32", 4), bitOffset: 3, bitfieldSize: 9 },
  ]);
});
const address = layoutOf((b) => {
  const either = b.union("", 16, [
    { name: "v4", type: b.int("u32", 4), bitOffset: 0 },
    { name: "v6", type: b.array(b.int("u8", 1), 16), bitOffset: 0 },
  ]);
  return b.struct("address", 20, [
    { name: "family", type: b.int("u32", 4), bitOffset: 0 },
    { type: either, bitOffset: 32 },
  ]);
});
const trie: Layout = {
  ...layoutOf((b) =>
    b.struct("trie", 8, [
      { name: "prefix", type: b.int("u32", 4), bitOffset: 0 },
      { name: "address", type: b.int("u32", 4), bitOffset: 32 },
    ]),
  ),
  rendering: "cidr",
};

const trie6: Layout = {
  ...layoutOf((b) =>
    b.struct("trie6", 20, [
      { name: "prefix", type: b.int("u32", 4), bitOffset: 0 },
      { name: "address", type: b.array(b.int("u8", 1), 16), bitOffset: 32 },
    ]),
  ),
  rendering: "cidr",
};

const KEYS: readonly (readonly [string, Layout, KeyValue, string])[] = [
  ["u8", u8, 255, "ff"],
  ["digits in a string", u8, "255", "ff"],
  ["hexadecimal in a string", u8, "0xfe", "fe"],
  ["s16", s16, -2, "feff"],
  ["u64", u64, 2n ** 64n - 1n, "ffffffffffffffff"],
  ["u64 as digits", u64, "18446744073709551615", "ffffffffffffffff"],
  ["u128", u128, 1n << 127n, `${"00".repeat(15)}80`],
  ["bool", bool, true, "01"],
  ["float", float, 1.5, "0000c03f"],
  ["NaN", double, "NaN", "000000000000f87f"],
  ["text", text, "ab", "61620000"],
  ["text of all its room", text, "abcd", "61626364"],
  ["text that is no UTF-8", text, "\udcff", "ff000000"],
  ["an enumerator", state, "ST_SYN", "01000000"],
  ["a number of an enum", state, 7, "07000000"],
  ["IPv4", u32, "10.0.0.1", "0a000001"],
  ["IPv6", in6, "fe80::1", `fe80${"00".repeat(13)}01`],
  ["IPv6 with IPv4", in6, "::ffff:1.2.3.4", `${"00".repeat(10)}ffff01020304`],
  ["a hardware address", mac, "02:00:00:00:00:0a", "02000000000a"],
  ["bytes", mac, [1, 2, 3, 4, 5, 6], "010203040506"],
  ["a list", pair, [1, 258], "01000201"],
  ["padding is zero", padded, { a: 255, b: 0xffff_ffff }, "ff000000ffffffff"],
  ["bit-fields", bits, { a: 5, b: -1 }, "fd0f0000"],
  ["one of a union", address, { family: 2, v4: "1.2.3.4" }, `0200000001020304${"00".repeat(12)}`],
  ["the other one", address, { family: 10, v6: "::1" }, `0a000000${"00".repeat(15)}01`],
  ["a network", trie, "10.0.0.0/8", "080000000a000000"],
  ["a network by its fields", trie, { prefix: 8, address: 10 }, "080000000a000000"],
  ["an address alone as a network", trie, "192.168.1.55", "20000000c0a80137"],
  ["an address of IPv6 alone", trie6, "2001:db8::1", `8000000020010db8${"00".repeat(11)}01`],
  ["exact bytes of a text", text, { $hex: "610062ff" }, "610062ff"],
  ["exact bytes of a field", padded, { a: { $hex: "07" }, b: 1 }, "0700000001000000"],
  ["exact bytes of a whole key", padded, { $hex: "0102030405060708" }, "0102030405060708"],
  ["exact bytes of an element", pair, [{ $hex: "0102" }, 1], "01020100"],
  ["exact bytes of a float", double, { $hex: "0102030405060708" }, "0102030405060708"],
  ["a port in network order", { ...u16, rendering: "port" }, 443, "01bb"],
  ["a port as text", { ...u16, rendering: "port" }, "443", "01bb"],
];

// The titles are by name alone: a bigint can't be put into one.
test.each(KEYS.map(([name], i) => [name, i] as const))("%s", (_, i) => {
  const row = KEYS[i];
  expect(row && encoded(row[1], row[2])).toBe(row?.[3]);
});

test("what the map's keys have more than the type is zero", () => {
  expect(encoded(u16, 1, 4)).toBe("01000000");
});

describe("errors name the field, the type and the range", () => {
  test.each<[Layout, KeyValue, string]>([
    [u8, 256, "`key` (`u8`) goes from 0 to 255, got 256"],
    [u8, -1, "`key` (`u8`) goes from 0 to 255, got -1"],
    [s16, 32_768, "`key` (`s16`) goes from -32768 to 32767, got 32768"],
    [u8, 1.5, "`key` (`u8`) needs a whole number from 0 to 255, got 1.5"],
    [u64, 2 ** 53, "`key` (`u64`) needs a whole number from 0 to 18446744073709551615, got 9007199254740992"],
    [u8, "x", '`key` (`u8`) needs a whole number from 0 to 255, got "x"'],
    [u8, null, "`key` (`u8`) needs a whole number from 0 to 255, got null"],
    [u8, true, "`key` (`u8`) needs a whole number from 0 to 255, got true"],
    [bool, 1, "`key` (`bool`) needs true or false, got 1"],
    [float, "x", '`key` (`float`) needs a number, got "x"'],
    [text, "abcde", "`key` (`char[4]`) takes at most 4 bytes, got 5"],
    [state, "ST_SYM", "`key` (`enum state`) has no `ST_SYM`; did you mean `ST_SYN`?"],
    [state, -1, "`key` (`enum state`) goes from 0 to 4294967295, got -1"],
    [pair, [1], "`key` (`u16[2]`) needs 2 elements, got 1"],
    [pair, [1, 65_536], "`key[1]` (`u16`) goes from 0 to 65535, got 65536"],
    [pair, 1, "`key` (`u16[2]`) needs a list of 2, got 1"],
    [mac, "02:00:00:00:00", '`key` (`u8[6]`) needs a list of 6, got "02:00:00:00:00"'],
    [text, { $hex: "6100" }, '`key` (`char[4]`) needs 8 hexadecimal digits in {"$hex":"…"}, got "6100"'],
    [text, { $hex: "6100zz00" }, '`key` (`char[4]`) needs 8 hexadecimal digits in {"$hex":"…"}, got "6100zz00"'],
    [text, { $hex: 61006100 }, '`key` (`char[4]`) needs 8 hexadecimal digits in {"$hex":"…"}, got 61006100'],
    [padded, { $hex: "00", a: 1 }, "`key` (`struct padded`) has no field `$hex`"],
    [padded, "192.168.1.55", '`key` (`struct padded`) needs {"a", "b"}, got "192.168.1.55"'],
    [
      trie,
      "10.0.0.0/33",
      '`key` (`struct trie`) needs a network such as 10.0.0.0/8, or an address such as 10.1.2.3 for a /32, got "10.0.0.0/33"',
    ],
    [
      trie,
      "192.168.1",
      '`key` (`struct trie`) needs a network such as 10.0.0.0/8, or an address such as 10.1.2.3 for a /32, got "192.168.1"',
    ],
    [
      { ...trie, typeName: "" },
      "192.168.1",
      '`key` (`struct`) needs a network such as 10.0.0.0/8, or an address such as 10.1.2.3 for a /32, got "192.168.1"',
    ],
    [
      trie6,
      "10.1.2.3",
      '`key` (`struct trie6`) needs a network such as 2001:db8::/32, or an address such as 2001:db8::1 for a /128, got "10.1.2.3"',
    ],
    [padded, { a: 1 }, "`key` (`struct padded`) lacks `b`"],
    [padded, { a: 1, b: 2, bb: 3 }, "`key` (`struct padded`) has no field `bb`; did you mean `b`?"],
    [padded, { a: 300, b: 2 }, "`key.a` (`u8`) goes from 0 to 255, got 300"],
    [padded, 5, '`key` (`struct padded`) needs {"a", "b"}, got 5'],
    [bits, { a: 8, b: 0 }, "`key.a` (`u32`) goes from 0 to 7, got 8"],
    [bits, { a: 0, b: -257 }, "`key.b` (`s32`) goes from -256 to 255, got -257"],
    [address, { family: 2 }, "`key` (`struct address`) lacks `v4` or `v6`"],
    [
      address,
      { family: 2, v4: 1, v6: "::1" },
      "`key` (`struct address`) takes one of `v4` and `v6`: they share their bytes",
    ],
  ])("%#", (layout, value, message) => {
    expect(() => encoded(layout, value)).toThrow(message);
  });
});
