import { describe, expect, test } from "vitest";
import { keptValues, refusalOf } from "../../typed-rows.ts";

/** Bytes in network order as the number that a u32 of this machine has. */
function word(...bytes: number[]): number {
  return new DataView(Uint8Array.from(bytes).buffer).getUint32(0, true);
}

const V6 = (...tail: number[]): number[] => [
  0x20,
  0x01,
  0x0d,
  0xb8,
  ...new Array<number>(12 - tail.length).fill(0),
  ...tail,
];

describe("IPv4", () => {
  const addresses = [
    word(10, 0, 0, 1),
    word(10, 255, 255, 255),
    word(11, 0, 0, 0),
    word(0, 0, 0, 0),
    word(255, 255, 255, 255),
  ];
  const [low, high, next, zero, ones] = addresses as [number, number, number, number, number];

  test.each<[string, number[]]>([
    ['value == ip("10.0.0.1")', [low]],
    ['ip("10.0.0.1") == value', [low]],
    ['value != ip("10.0.0.1")', [high, next, zero, ones]],
    ['value in [ip("10.0.0.1"), ip("0.0.0.0")]', [low, zero]],
    ['inCidr(value, "10.0.0.0/8")', [low, high]],
    ['inCidr(value, "10.0.0.1/32")', [low]],
    ['inCidr(value, "0.0.0.0/0")', addresses],
    ['inCidr(value, "128.0.0.0/1")', [ones]],
    ['inCidr(value, "10.0.0.0/31")', [low]],
    ['!inCidr(value, "10.0.0.0/8") && value != ip("255.255.255.255")', [next, zero]],
  ])("%s", async (where, kept) => {
    expect(await keptValues(where, "u32", addresses)).toEqual(kept);
  });

  test("in the order of the machine, and as bytes", async () => {
    expect(await keptValues('inCidr(htonl(value), "10.0.0.0/8")', "u32", [0x0a000001, 0x0100000a])).toEqual([
      0x0a000001,
    ]);
    expect(await keptValues('value == ip("10.0.0.1")', "u8[4]", [[10, 0, 0, 1], [1, 0, 0, 10]])).toEqual([[10, 0, 0, 1]]); // biome-ignore format: one line
    expect(
      await keptValues('inCidr(value, "10.0.0.0/8")', "struct { u32 s_addr; }", [{ s_addr: low }, { s_addr: next }]),
    ).toEqual([{ s_addr: low }]);
  });
});

describe("IPv6", () => {
  const addresses = [V6(1), V6(1, 0), [...new Array<number>(15).fill(0), 1]];

  test.each<[string, number[]]>([
    ['value == ip("2001:db8::1")', [0]],
    ['value == ip("::1")', [2]],
    ['inCidr(value, "2001:db8::/32")', [0, 1]],
    ['inCidr(value, "2001:db8::/127")', [0]],
    ['inCidr(value, "2001:db8::1/128")', [0]],
    ['inCidr(value, "::/0")', [0, 1, 2]],
    ['inCidr(value, "::/97")', [2]],
  ])("%s", async (where, kept) => {
    expect(await keptValues(where, "u8[16]", addresses)).toEqual(kept.map((i) => addresses[i]));
  });
});

test.each<[string, string, string, string]>([
  ['inCidr(value, "10.0.0.0")', "u32", "not a network (such as 10.0.0.0/8)", '"10.0.0.0"'],
  [
    'inCidr(value, "10.0.0.1/8")',
    "u32",
    "10.0.0.1 has bits behind its prefix: the network is 10.0.0.0/8",
    '"10.0.0.1/8"',
  ],
  ['inCidr(value, "10.0.0.0/33")', "u32", "the prefix is a number from 0 to 32", '"10.0.0.0/33"'],
  ["inCidr(value, value)", "u32", 'the network must be a string such as "10.0.0.0/8"', "value"],
  ['inCidr(value, "::/0")', "u32", "the address has 4 bytes, those of the network 16", 'inCidr(value, "::/0")'],
  ['inCidr(value, "10.0.0.0/8")', "u16", "an address has 4 or 16 bytes, and this is an integer (`u16`)", "value"],
  [
    'inCidr(value, "10.0.0.0/8")',
    "float",
    "an address has 4 or 16 bytes, and this is a floating-point number",
    "value",
  ],
  [
    'inCidr(value.a, "10.0.0.0/8")',
    "struct { u32 a : 31; }",
    "an address has 4 or 16 bytes, and this is an integer (`u32`)",
    "value.a",
  ],
  ['inCidr(value + 1, "10.0.0.0/8")', "u32", "an address has 4 or 16 bytes, and this is an integer", "value + 1"],
  ['value == ip("10.0.0")', "u32", 'ip() takes an address as a string, such as "10.0.0.1"', '"10.0.0"'],
  [
    'value == ip("10.0.0.0/8")',
    "u32",
    'ip() takes an address as a string, such as "10.0.0.1" (a network: inCidr(key.saddr, "10.0.0.0/8"))',
    '"10.0.0.0/8"',
  ],
  ["value == ip(5)", "u32", 'ip() takes an address as a string, such as "10.0.0.1"', "5"],
  [
    'value < ip("10.0.0.1")',
    "u32",
    "`<` does not compare an integer (`u32`) with an address (the address has 4 bytes)",
    'value < ip("10.0.0.1")',
  ],
])("refuses %s of %s", (where, type, message, marked) => {
  expect(refusalOf(where, type)).toEqual({ message, marked });
});
