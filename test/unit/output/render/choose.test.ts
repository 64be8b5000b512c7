import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../../src/btf/parse.ts";
import {
  NO_CHOICES,
  parseRender,
  typeChoices,
  unknownRenderer,
  unmetTypes,
  withRenderers,
  wrongPaths,
} from "../../../../src/output/render/choose.ts";
import { layoutFromBtf } from "../../../../src/schema/from-btf.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";

function layoutOf(make: (btf: BtfBuilder) => number): Layout {
  const btf = new BtfBuilder();
  const id = make(btf);
  return layoutFromBtf(parseBtf(btf.build()), id, { tags: true });
}

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

  test("names of fields, where they are asked for and nothing else has chosen", () => {
    const flow = layoutOf((b) => {
      const be32 = b.typedef("__be32", b.int("u32", 4));
      return b.struct("v", 8, [
        { name: "saddr", type: be32, bitOffset: 0 },
        { name: "daddr", type: be32, bitOffset: 32 },
      ]);
    });
    const types = { ...entryTypes, value: flow };
    const shownBy = (byName: boolean): (string | undefined)[] => {
      const asked = parseRender({ option: "--render", text: "value.daddr=hex" }, types);
      const { value: made } = withRenderers(types, { asked, configured: NO_CHOICES, byName });
      return made.kind === "struct" ? made.fields.map(({ layout }) => layout.rendering) : [];
    };
    expect([shownBy(true), shownBy(false)]).toEqual([
      ["ipv4", "hex"],
      [undefined, "hex"],
    ]);
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

test.each([
  ["value.a=hex,__be32=ipv4,u8[16]=char", "__be32=ipv4,u8[16]=char"],
  ["key=hex", ""],
  ["keys_t=hex", "keys_t=hex"],
])("of %s, every map has %s", (text, types) => {
  expect(typeChoices({ option: "--render", text })).toBe(types);
});

test.each([
  ["ipv4", undefined],
  ["none", undefined],
  ["ipv5", "there is no renderer `ipv5`; did you mean `ipv4`?"],
  ["constructor", expect.stringMatching(/^there is no renderer `constructor`/)],
])("the renderer %s", (name, problem) => {
  expect(unknownRenderer(name)).toEqual(problem);
});

test("paths of a configuration that don't fit a map are told with their place", () => {
  const value = layoutOf((b) => b.struct("v", 4, [{ name: "a", type: b.int("u32", 4), bitOffset: 0 }]));
  const wrong = (path: string, name: string): string[] =>
    wrongPaths(
      { paths: new Map([[path, name]]), types: new Map(), origins: new Map([[path, "config.yaml:3:5"]]) },
      { key: undefined, value, untyped: undefined },
    ).map((message) => message.split("\n")[0] ?? "");
  expect(wrong("value.a", "ipv4")).toEqual([]);
  expect(wrong("value.b", "ipv4")).toEqual(["config.yaml:3:5: no field `b` in `struct v`; did you mean `a`?"]);
  expect(wrong("value.a", "mac")).toEqual(["config.yaml:3:5: `mac` shows 6 bytes, and `value.a` is `u32` of 4 bytes"]);
});
