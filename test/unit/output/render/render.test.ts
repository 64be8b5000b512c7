import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../../src/btf/parse.ts";
import { wholeField } from "../../../../src/codec/access/field.ts";
import { compileJsonRow } from "../../../../src/codec/json/json-row.ts";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { NO_CHOICES, parseRender, unmetTypes, withRenderers } from "../../../../src/output/render/choose.ts";
import { compileRender, RENDERERS } from "../../../../src/output/render/render.ts";
import { layoutFromBtf } from "../../../../src/schema/from-btf.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { SURROUNDINGS } from "../../query/run-query.ts";

function layoutOf(make: (btf: BtfBuilder) => number): Layout {
  const btf = new BtfBuilder();
  const id = make(btf);
  return layoutFromBtf(parseBtf(btf.build()), id, { tags: true });
}

const int =
  (size: number, signed = false) =>
  (b: BtfBuilder): number =>
    b.int("n", size, { encoding: signed ? 1 : 0 });
const bytes =
  (length: number) =>
  (b: BtfBuilder): number =>
    b.array(b.int("u8", 1), length);

function word(value: bigint | number): string {
  return Buffer.from(new Uint8Array(BigInt64Array.of(BigInt.asIntN(64, BigInt(value))).buffer)).toString("hex");
}

/** Text for people, or what JSON has in place of the value. */
function rendered(name: string, layout: Layout, hex: string, target: "text" | "json"): string | undefined {
  const options = { int64: "digits", enums: "name" } as const;
  const render = compileRender(target === "text" ? "text" : options, SURROUNDINGS);
  const field = wholeField("value", { ...layout, rendering: name });
  const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
  const view = new DataView(bytes.buffer);
  if (target === "text") return render(field)?.text(bytes, view, 0);
  const chunks: string[] = [];
  const out = new OutputBuffer((chunk) => void chunks.push(Buffer.from(chunk).toString()));
  const shape = { keySize: 0, valueSize: bytes.length, cpus: 0, valueStride: bytes.length };
  const columns = [{ name: "v", source: { kind: "field", field } }] as const;
  const row = compileJsonRow({ columns, shape, options, render, tail: "}" }, out);
  row.print({ keys: bytes, values: bytes }, { key: 0, value: 0, cpu: 0, index: 0 });
  out.flush();
  return chunks.join("").slice('{"v":'.length, -1);
}

test.each<[string, (b: BtfBuilder) => number, string, string]>([
  ["ipv4", int(4), "0a000001", "10.0.0.1"],
  ["ipv4", bytes(4), "c0a80101", "192.168.1.1"],
  ["ipv6", bytes(16), `fe80${"00".repeat(13)}01`, "fe80::1"],
  ["mac", bytes(6), "02000000000a", "02:00:00:00:00:0a"],
  ["port", int(2), "01bb", "443"],
  ["cidr", bytes(8), "080000000a000000", "10.0.0.0/8"],
  ["cidr", bytes(20), `40000000fe80${"00".repeat(14)}`, "fe80::/64"],
  ["char", int(1), "41", "A"],
  ["char", int(1), "00", "\0"],
  ["char", int(1), "e9", "\udce9"],
  ["char", (b) => b.array(b.signed("int8", 1), 16), "6375726c00ff".padEnd(32, "0"), "curl"],
  ["char", bytes(16), "61".repeat(16), "a".repeat(16)],
  ["char", (b) => b.array(b.int("CHAR", 1, { encoding: 2 }), 4), "c3a90041", "é"],
  ["char", (b) => b.array(b.typedef("name_t", b.signed("char", 1)), 3), "e94100", "\udce9A"],
  ["hex", int(4), "ff000000", "0xff"],
  ["hex", int(4, true), "ffffffff", "0xffffffff"],
  ["hex", bytes(3), "0aff00", "0aff00"],
  ["ifindex", int(4), "01000000", "lo"],
  ["ifindex", int(4), "02000000", "2"],
  ["ktime", int(8), word(1_500_000_000n), "2023-11-14T22:13:21.500000000Z"],
  ["ktime", int(8), word(-1n), "2608-06-04T21:47:53.709551615Z"],
  ["age", int(8), word(40_000_000_000n), "1m"],
  ["age", int(8), word(101_000_000_000n), "-1s"],
  ["duration", int(8), word(0), "0ns"],
  ["duration", int(8), word(999), "999ns"],
  ["duration", int(8), word(1500), "1.5µs"],
  ["duration", int(8), word(12_345_678), "12.35ms"],
  ["duration", int(8), word(59_000_000_000n), "59s"],
  ["duration", int(8), word(3_661_000_000_000n), "1h 1m"],
  ["duration", int(8), word(90_000_000_000_000n), "1d 1h"],
  ["bytes", int(8), word(512), "512 B"],
  ["bytes", int(8), word(1536), "1.5 KiB"],
  ["bytes", int(8), word(2n ** 63n), "8 EiB"],
  ["bytes", int(8, true), word(-2048), "-2 KiB"],
  ["errno", int(4, true), "feffffff", "-ENOENT"],
  ["errno", int(4), "0d000000", "EACCES"],
  ["errno", int(4), "ffff0000", "65535"],
  ["signal", int(4), "09000000", "SIGKILL"],
  ["ipproto", int(1), "06", "tcp"],
  ["ipproto", int(4), "06010000", "mptcp"],
  ["ipproto", int(1), "fd", "253"],
  ["syscall", int(4), "01000000", "write"],
  ["ksym", int(8), word(0x1001), "do_fork"],
  ["ksym", int(8), word(0x1011), "do_fork+0x10"],
  ["ksym", int(8), word(1), "1"],
  ["cgroup", int(8), word(1), "/system.slice"],
  ["uid", int(4), "01000000", "daemon"],
  [
    "flags",
    (b) =>
      b.enum("f", [
        ["NONE", 0],
        ["A", 1],
        ["B", 2],
        ["AB", 3],
      ]),
    "00000000",
    "NONE",
  ],
  [
    "flags",
    (b) =>
      b.enum("f", [
        ["A", 1],
        ["B", 2],
        ["AB", 3],
      ]),
    "0b000000",
    "AB|0x8",
  ],
  ["flags", (b) => b.enum("f", [["A", 1]]), "00000000", "0"],
])("%s, row %#", (name, make, hex, expected) => {
  expect(rendered(name, layoutOf(make), hex, "text")).toBe(expected);
});

test.each<[string, (b: BtfBuilder) => number, string, string]>([
  ["uid", int(4), "01000000", '{"text":"daemon","value":1}'],
  ["duration", int(8), word(1500), '{"text":"1.5µs","value":1500}'],
  ["port", int(2), "01bb", "443"],
  ["ipv4", int(4), "0a000001", '"10.0.0.1"'],
])("JSON of %s keeps the value", (name, make, hex, expected) => {
  expect(rendered(name, layoutOf(make), hex, "json")).toBe(expected);
});

test("every renderer refuses what it can't show", () => {
  const float = wholeField(
    "value",
    layoutOf((b) => b.float("double", 8)),
  );
  for (const [name, renderer] of Object.entries(RENDERERS)) {
    expect([name, typeof renderer.mismatch(float)]).toEqual([name, name === "hex" ? "undefined" : "string"]);
  }
});

describe("who chooses", () => {
  const value = layoutOf((b) => {
    const u32 = b.int("u32", 4);
    const be32 = b.typedef("__be32", u32);
    const in6 = b.struct("in6_addr", 16, [{ name: "u", type: b.array(b.int("u8", 1), 16), bitOffset: 0 }]);
    const id = b.struct("v", 36, [
      { name: "plain", type: u32, bitOffset: 0 },
      { name: "typed", type: be32, bitOffset: 32 },
      { name: "tagged", type: u32, bitOffset: 64 },
      { name: "six", type: in6, bitOffset: 96 },
      { name: "list", type: b.array(u32, 2), bitOffset: 224 },
    ]);
    b.declTag("ebpf-map:uid", id, 2);
    b.declTag("something else", id, 1);
    b.declTag("ebpf-map:nonsense", id, 0);
    return id;
  });
  const entryTypes = { key: undefined, value, untyped: undefined };

  function chosen(render: string | undefined, paths: [string, string][] = [], types: [string, string][] = []): string {
    const asked = render === undefined ? NO_CHOICES : parseRender({ option: "--render", text: render }, entryTypes);
    const configured = { paths: new Map(paths), types: new Map(types), origins: new Map() };
    const made = withRenderers(entryTypes, { asked, configured }).value;
    if (made.kind !== "struct") throw new Error("not a struct");
    return made.fields
      .map(({ layout }) => (layout.kind === "array" ? layout.element.rendering : layout.rendering) ?? "-")
      .join(" ");
  }

  test.each<[Parameters<typeof chosen>, string]>([
    [[undefined], "- - uid ipv6 -"],
    [["value.plain=ipv4"], "ipv4 - uid ipv6 -"],
    [["__be32=ipv4"], "- ipv4 uid ipv6 -"],
    [["value.tagged=hex,value.six=none"], "- - hex - -"],
    [["value.list[0]=ipv4"], "- - uid ipv6 ipv4"],
    [
      [
        undefined,
        [
          ["value.plain", "hex"],
          ["value.tagged", "hex"],
        ],
      ],
      "hex - uid ipv6 -",
    ],
    [
      [
        undefined,
        [["value.list[]", "errno"]],
        [
          ["__be32", "ipv4"],
          ["u32", "bytes"],
        ],
      ],
      "bytes ipv4 uid ipv6 errno",
    ],
    [["value.plain=ipv4", [["value.plain", "hex"]]], "ipv4 - uid ipv6 -"],
    // What doesn't fit is shown without.
    [[undefined, [["value.plain", "mac"]]], "- - uid ipv6 -"],
  ])("%j", (asked, expected) => {
    expect(chosen(...asked)).toBe(expected);
  });

  test("arrays of bytes go by their type in C, in --render as in a configuration, wherever they stand", () => {
    const names = layoutOf((b) => {
      const int8 = b.signed("int8", 1);
      const name = b.array(int8, 16);
      return b.struct("v", 96, [
        { name: "comm", type: name, bitOffset: 0 },
        { name: "mac", type: b.array(int8, 6), bitOffset: 128 },
        { name: "list", type: b.array(name, 4), bitOffset: 256 },
      ]);
    });
    const types = { ...entryTypes, value: names };
    const asked = parseRender({ option: "--render", text: "int8[16]=char" }, types);
    const configured = { ...NO_CHOICES, types: new Map([["int8[16]", "char"]]) };
    for (const sources of [
      { asked, configured: NO_CHOICES },
      { asked: NO_CHOICES, configured },
    ]) {
      const { value: made } = withRenderers(types, sources);
      if (made.kind !== "struct") throw new Error("not a struct");
      const [comm, mac, list] = made.fields.map(({ layout }) => layout);
      expect([comm?.rendering, mac?.rendering, list?.kind === "array" && list.element.rendering]).toEqual([
        "char",
        undefined,
        "char",
      ]);
    }
    expect(unmetTypes(parseRender({ option: "--render", text: "int8[15]=char" }, types), types)).toEqual([
      "`int8[15]` (did you mean `int8[16]`?)",
    ]);
  });

  test("nothing changes where nothing is chosen", () => {
    const plain = layoutOf((b) => b.struct("s", 4, [{ name: "a", type: b.int("u32", 4), bitOffset: 0 }]));
    const none = { asked: NO_CHOICES, configured: NO_CHOICES };
    expect(withRenderers({ ...entryTypes, value: plain }, none).value).toBe(plain);
  });

  test.each<[string, string]>([
    ["value.plain=mac", "`mac` shows 6 bytes, and `value.plain` is `u32` of 4 bytes"],
    ["value.six=flags", "`flags` shows an enum, and `value.six` is `struct in6_addr` of 16 bytes"],
    ["value.plain=ipv5", "there is no renderer `ipv5`; did you mean `ipv4`?"],
    ["value.six=char", "`char` shows a byte or an array of bytes, and `value.six` is `struct in6_addr` of 16 bytes"],
    ["value.list=char", "`char` shows a byte or an array of bytes, and `value.list` is `u32[2]` of 8 bytes"],
    ["value.plan=ipv4", "no field `plan` in `struct v`; did you mean `plain`?"],
    ["value.plain", "PATH=NAME is needed here (such as key.saddr=ipv4)"],
    ["value.plain=", "there is no renderer ``"],
  ])("refuses %s", (render, message) => {
    expect(() => chosen(render)).toThrow(`--render: ${message}`);
  });
});
