import { expect, test } from "vitest";
import { memberOf, membersOf, wholeField } from "../../../../src/codec/access/field.ts";
import { BYTE_RENDERERS } from "../../../../src/output/render/bytes.ts";
import { declared } from "../../../helpers/generated-layouts.ts";
import { layoutOf } from "../../../helpers/layout-of.ts";
import { SURROUNDINGS } from "../../query/run-query.ts";
import { bytes, int, type Make, renderedText } from "./rendered.ts";

test.each<[string, Make, string, string]>([
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
])("%s, row %#", (name, make, hex, expected) => {
  expect(renderedText(name, layoutOf(make), hex)).toBe(expected);
});

test.each<[name: string, fits: string[], others: string[]]>([
  ["ipv4", ["u32", "u8[4]", "char[4]", "struct { u8 a[4]; }"], ["u16", "u8[5]", "float"]],
  ["ipv6", ["u8[16]", "u32[4]", "unsigned __int128"], ["u64", "u8[15]"]],
  ["mac", ["u8[6]"], ["u8[8]", "u64"]],
  ["port", ["u16", "u8[2]"], ["u32"]],
  ["cidr", ["u64", "struct { u32 len; u8 a[4]; }", "u8[20]"], ["u8[16]"]],
  ["char", ["char", "u8", "s8", "u8[16]", "char[4]"], ["u16", "u16[2]", "bool[0]", "struct { char c[4]; }"]],
  ["hex", ["u8", "u64", "u8[3]", "struct { u8 a; }", "double"], []],
])("%s shows %j and not %j", (name, fits, others) => {
  const mismatch = (type: string): string | undefined =>
    BYTE_RENDERERS[name]?.mismatch(wholeField("value", declared(type)));
  for (const type of fits) expect([type, mismatch(type)]).toEqual([type, undefined]);
  for (const type of others) expect([type, mismatch(type)]).toEqual([type, expect.stringMatching(/byte/)]);
});

test("bit-fields are no bytes", () => {
  const record = wholeField("value", declared("struct { u32 a : 16; u32 b : 8; }"));
  const [a, b] = membersOf(record);
  expect(a && BYTE_RENDERERS.port?.mismatch(a)).toBe("2 bytes");
  expect(b && BYTE_RENDERERS.char?.mismatch(b)).toBe("a byte or an array of bytes");
});

test("a bit-field in hexadecimal has its own bits alone", () => {
  const field = memberOf(wholeField("value", declared("struct { s32 a : 4; s32 b : 12; }")), "b");
  const bytes = Uint8Array.of(0xf7, 0xff, 0, 0);
  const around = SURROUNDINGS;
  expect(field && BYTE_RENDERERS.hex?.compile(field, around)(bytes, new DataView(bytes.buffer), 0)).toBe("0xfff");
});
