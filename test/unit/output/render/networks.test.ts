import { describe, expect, test } from "vitest";
import { withNetworkKeys } from "../../../../src/output/render/networks.ts";
import { bytesLayout } from "../../../../src/query/fields/synthetic-layouts.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { BtfBuilder, type MemberSpec } from "../../../helpers/btf-builder.ts";
import { layoutOf } from "../../../helpers/layout-of.ts";
import { TypedKernel } from "../../../helpers/typed-kernel.ts";
import { runMain } from "../../cli/run-main.ts";

const u8 = (b: BtfBuilder): number => b.int("u8", 1);
const u16 = (b: BtfBuilder): number => b.int("u16", 2);
const u32 = (b: BtfBuilder): number => b.int("u32", 4);

/** A key that begins with the length of its prefix. */
function trieKey(size: number, rest: (b: BtfBuilder) => MemberSpec[]): (b: BtfBuilder) => number {
  return (b) => b.struct("key", size, [{ name: "prefixlen", type: u32(b), bitOffset: 0 }, ...rest(b)]);
}

const value = layoutOf(u32);

function isNetwork(key: Layout | undefined, untyped?: string): boolean {
  return withNetworkKeys({ key, value, untyped }).key?.rendering === "cidr";
}

describe("the keys of a trie are networks", () => {
  test.each<[string, (b: BtfBuilder) => number]>([
    ["an integer of 4 bytes", trieKey(8, (b) => [{ name: "addr", type: u32(b), bitOffset: 32 }])],
    ["a typedef of one", trieKey(8, (b) => [{ name: "addr", type: b.typedef("__be32", u32(b)), bitOffset: 32 }])],
    ["4 bytes", trieKey(8, (b) => [{ name: "data", type: b.array(u8(b), 4), bitOffset: 32 }])],
    ["16 bytes", trieKey(20, (b) => [{ name: "data", type: b.array(u8(b), 16), bitOffset: 32 }])],
    ["an integer of 16 bytes", trieKey(20, (b) => [{ name: "addr", type: b.int("u128", 16), bitOffset: 32 }])],
    [
      "struct in_addr",
      trieKey(8, (b) => [
        { name: "addr", type: b.struct("in_addr", 4, [{ name: "s_addr", type: u32(b), bitOffset: 0 }]), bitOffset: 32 },
      ]),
    ],
    [
      "struct in6_addr",
      trieKey(20, (b) => [
        {
          name: "a",
          type: b.struct("in6_addr", 16, [{ name: "w", type: b.array(u32(b), 4), bitOffset: 0 }]),
          bitOffset: 32,
        },
      ]),
    ],
    [
      "an integer and its bytes in a union",
      trieKey(8, (b) => {
        const bytes = b.array(u8(b), 4);
        const members = [
          { name: "v4", type: u32(b), bitOffset: 0 },
          { name: "bytes", type: bytes, bitOffset: 0 },
        ];
        return [{ type: b.union("", 4, members), bitOffset: 32 }];
      }),
    ],
    [
      "the kernel's own key, whose length has a header",
      (b) => {
        const header = b.struct("bpf_lpm_trie_key_hdr", 4, [{ name: "prefixlen", type: u32(b), bitOffset: 0 }]);
        return b.struct("key", 8, [
          { name: "hdr", type: header, bitOffset: 0 },
          { name: "data", type: b.array(u8(b), 4), bitOffset: 32 },
        ]);
      },
    ],
  ])("behind the length: %s", (_, make) => {
    expect(isNetwork(layoutOf(make))).toBe(true);
  });

  test.each<[string, (b: BtfBuilder) => number]>([
    [
      "a protocol and a port",
      trieKey(8, (b) => [
        { name: "proto", type: u8(b), bitOffset: 32 },
        { name: "pad", type: u8(b), bitOffset: 40 },
        { name: "port", type: u16(b), bitOffset: 48 },
      ]),
    ],
    ["two halves", trieKey(8, (b) => [16, 0].map((at, i) => ({ name: `h${i}`, type: u16(b), bitOffset: 32 + at })))],
    ["two words of an array", trieKey(8, (b) => [{ name: "data", type: b.array(u16(b), 2), bitOffset: 32 }])],
    ["a port alone, and padding", trieKey(8, (b) => [{ name: "port", type: u16(b), bitOffset: 32 }])],
    ["a bit-field", trieKey(8, (b) => [{ name: "bits", type: u32(b), bitOffset: 32, bitfieldSize: 32 }])],
    ["a float", trieKey(8, (b) => [{ name: "f", type: b.float("float", 4), bitOffset: 32 }])],
    ["8 bytes", trieKey(12, (b) => [{ name: "data", type: b.array(u8(b), 8), bitOffset: 32 }])],
    [
      "a struct of two fields",
      trieKey(8, (b) => {
        const pair = b.struct("pair", 4, [
          { name: "a", type: u16(b), bitOffset: 0 },
          { name: "b", type: u16(b), bitOffset: 16 },
        ]);
        return [{ name: "pair", type: pair, bitOffset: 32 }];
      }),
    ],
    [
      "a union of an address and something else",
      trieKey(8, (b) => {
        const pair = b.struct("pair", 4, [{ name: "a", type: u16(b), bitOffset: 0 }]);
        const members = [
          { name: "v4", type: u32(b), bitOffset: 0 },
          { name: "pair", type: pair, bitOffset: 0 },
        ];
        return [{ type: b.union("", 4, members), bitOffset: 32 }];
      }),
    ],
    ["no struct", (b) => b.int("u64", 8)],
    ["typed bytes", (b) => b.array(u8(b), 8)],
  ])("but not with %s", (_, make) => {
    expect(isNetwork(layoutOf(make))).toBe(false);
  });

  test("of unknown types, if their size is that of one", () => {
    expect([4, 8, 12, 20, 24].map((size) => isNetwork(bytesLayout(size), "the map has no BTF"))).toEqual([
      false,
      true,
      false,
      true,
      false,
    ]);
    expect(isNetwork(undefined)).toBe(false);
  });
});

describe("the command", () => {
  async function run(rest: (b: BtfBuilder) => MemberSpec[], words: readonly string[]): Promise<string> {
    const btf = new BtfBuilder();
    const entry = ["20000000060001bb", "01000000"] as const;
    const map = { type: 11, key: trieKey(8, rest)(btf), value: u32(btf), entries: [entry] };
    const { stdout, stderr } = await runMain(words, { kernel: new TypedKernel(btf, [map]) });
    return stdout + stderr;
  }
  const ports = (b: BtfBuilder): MemberSpec[] => [
    { name: "proto", type: u8(b), bitOffset: 32 },
    { name: "pad", type: u8(b), bitOffset: 40 },
    { name: "port", type: u16(b), bitOffset: 48 },
  ];
  const address = (b: BtfBuilder): MemberSpec[] => [{ name: "addr", type: u32(b), bitOffset: 32 }];

  test("shows a protocol and a port as what they are", async () => {
    expect(await run(ports, ["dump", "id", "1", "-o", "ndjson"])).toBe(
      '{"key":{"prefixlen":32,"proto":6,"pad":0,"port":47873},"value":1}\n',
    );
    expect(await run(address, ["dump", "id", "1", "-o", "ndjson"])).toBe('{"key":"6.0.1.187/32","value":1}\n');
    expect(await run(ports, ["dump", "id", "1", "-o", "ndjson", "--render", "key=cidr"])).toContain("6.0.1.187/32");
  });

  test("finds an address alone, and says what a key takes that is none", async () => {
    expect(await run(address, ["lookup", "id", "1", "-o", "ndjson", "--key", '"6.0.1.187"'])).toBe(
      '{"key":"6.0.1.187/32","value":1}\n',
    );
    expect(await run(ports, ["lookup", "id", "1", "-o", "ndjson", "--key", '"6.0.1.187"'])).toContain(
      '`key` (`struct key`) needs {"prefixlen", "proto", "pad", "port"}, got "6.0.1.187"',
    );
  });
});
