import { describe, expect, test } from "vitest";
import { keptValues, refusalOf } from "../typed-rows.ts";

describe("constants", () => {
  test.each<[string, string, number | bigint]>([
    ["htons(443)", "u16", 47873],
    ["ntohs(443)", "u16", 47873],
    ["htons(0)", "u16", 0],
    ["htons(0xffff)", "u16", 0xffff],
    ["htons(0x00ff)", "u16", 0xff00],
    ["htonl(0x0a000001)", "u32", 0x0100_000a],
    ["ntohl(0xffffffff)", "u32", 0xffff_ffff],
    ["htonll(1)", "u64", 2n ** 56n],
    ["htonll(9007199254740993)", "u64", 0x0100_0000_0000_2000n],
    ["htonll(18446744073709551615u)", "u64", 2n ** 64n - 1n],
    ["bpf_htons(443)", "u16", 47873],
    ["bpf_ntohl(1)", "u32", 2 ** 24],
    ["bpf_cpu_to_be64(1)", "u64", 2n ** 56n],
    ["bpf_be64_to_cpu(1)", "u64", 2n ** 56n],
    ["cpu_to_be16(1)", "u16", 256],
    ["be32_to_cpu(1)", "u32", 2 ** 24],
    ["htobe64(1)", "u64", 2n ** 56n],
    ["be16toh(1)", "u16", 256],
    ["ntohs(htons(443))", "u16", 443],
    ["htons(400 + 43)", "u16", 47873],
    ["htons(443) + 1", "u16", 47874],
  ])("%s of a %s", async (expression, type, expected) => {
    const others = [0, 1, 2, 443, 47873].filter((one) => BigInt(one) !== BigInt(expected));
    expect(await keptValues(`value == ${expression}`, type, [...others, expected])).toEqual([expected]);
  });

  test.each<[string, string, string]>([
    ["htons(65536)", "`htons` takes 16 bits: 0 to 65535, not 65536", "65536"],
    ["htons(-1)", "`htons` takes 16 bits: 0 to 65535, not -1", "-1"],
    ["ntohl(4294967296)", "`ntohl` takes 32 bits: 0 to 4294967295, not 4294967296", "4294967296"],
    [
      "htonll(18446744073709551616)",
      "`htonll` takes 64 bits: 0 to 18446744073709551615, not 18446744073709551616",
      "18446744073709551616",
    ],
    ['htons("443")', "`htons` takes an integer, and this is a string", 'htons("443")'],
    ["htons(1.5)", "`htons` takes an integer, and this is a floating-point number", "htons(1.5)"],
    ["htons()", "`htons` takes 1 argument: htons(443), or htons(key.dport)", "htons()"],
    ["htns(1)", "there is no function `htns`; did you mean `htons`?", "htns(1)"],
    ["htonl(value)", "`htonl` takes 32 bits, and this is an integer (`u64`) of 64 bits", "value"],
  ])("refuses %s", (expression, message, marked) => {
    expect(refusalOf(`value == ${expression}`, "u64")).toEqual({ message, marked });
  });
});

describe("fields", () => {
  test.each<[string, string, readonly (number | bigint)[], readonly (number | bigint)[]]>([
    ["ntohs(value) == 443", "u16", [443, 47873], [47873]],
    ["ntohs(value) > 1024", "u16", [0x0001, 0x0004, 0x0104, 0xff03], [0x0104]],
    ["ntohl(value) == 0x0a000001", "u32", [0x0a000001, 0x0100000a], [0x0100000a]],
    ["ntohll(value) == 1", "u64", [1n, 2n ** 56n], [2n ** 56n]],
    [
      "ntohll(value) == 9007199254740993",
      "u64",
      [0x0100_0000_0000_2000n, 0x0000_0000_0000_2000n],
      [0x0100_0000_0000_2000n],
    ],
    ["ntohll(value) > 18446744073709551614u", "u64", [2n ** 64n - 1n, 2n ** 64n - 2n], [2n ** 64n - 1n]],
    ["be64_to_cpu(value) >= 9223372036854775808u", "u64", [0x80n, 0x7fn, 2n ** 63n], [0x80n]],
    // The bits count, not their sign.
    ["ntohs(value) == 65535", "s16", [-1, 1], [-1]],
    ["ntohs(value) in [80, 443]", "u16", [80, 0x5000, 47873], [0x5000, 47873]],
    ["ntohs(value) + 1 == 444", "u16", [443, 47873], [47873]],
  ])("%s of %s", async (where, type, values, kept) => {
    expect(await keptValues(where, type, values)).toEqual(kept);
  });

  test.each<[string, string, unknown[], unknown[]]>([
    ["htons(value.a) == 256", "struct { u8 a; }", [{ a: 1 }, { a: 2 }], [{ a: 1 }]],
    [
      "htons(value.low) == 0x0300",
      "struct { u16 low : 4; u16 high : 12; }",
      [
        { low: 3, high: 9 },
        { low: 4, high: 9 },
      ],
      [{ low: 3, high: 9 }],
    ],
    [
      "htons(value.a + value.b) == 0x0300",
      "struct { u8 a; u8 b; }",
      [
        { a: 1, b: 2 },
        { a: 2, b: 2 },
      ],
      [{ a: 1, b: 2 }],
    ],
    ["htonll(value.a) == htonll(5)", "struct { u32 a; }", [{ a: 5 }, { a: 6 }], [{ a: 5 }]],
    ["ntohs(ntohs(value.port)) == 443", "struct { u16 port; }", [{ port: 443 }, { port: 47873 }], [{ port: 443 }]],
    [
      "value.ports.exists(p, ntohs(p) == 443)",
      "struct { u16 ports[2]; }",
      [{ ports: [1, 47873] }, { ports: [1, 443] }],
      [{ ports: [1, 47873] }],
    ],
    [
      "htons(443) in value.ports",
      "struct { u16 ports[2]; }",
      [{ ports: [1, 47873] }, { ports: [1, 443] }],
      [{ ports: [1, 47873] }],
    ],
    [
      "value.port in [htons(53), htons(443)]",
      "struct { u16 port; }",
      [{ port: 53 }, { port: 13568 }],
      [{ port: 13568 }],
    ],
    [
      "[53, 443].exists(p, value.port == htons(p))",
      "struct { u16 port; }",
      [{ port: 53 }, { port: 47873 }],
      [{ port: 47873 }],
    ],
  ])("%s", async (where, type, values, kept) => {
    expect(await keptValues(where, type, values as { [name: string]: number }[])).toEqual(kept);
  });

  test("what may have more bits is refused", () => {
    expect(refusalOf("htons(value.a + 1) == 0", "struct { u16 a; }")).toEqual({
      message: "`htons` takes 16 bits, and this is from 1 to 65536",
      marked: "value.a + 1",
    });
    expect(refusalOf("ntohs(value.a) == 0", "struct { s8 a; }").message).toBe(
      "`ntohs` takes 16 bits, and this is an integer (`s8`) of 8 bits",
    );
  });
});
