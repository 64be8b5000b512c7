import { describe, expect, test } from "vitest";
import { wholeField } from "../../../../src/codec/access/field.ts";
import { RENDERERS } from "../../../../src/output/render/render.ts";
import { celPath, shownAs } from "../../../../src/query/cel/rendered.ts";
import type { QueryClock } from "../../../../src/query/cel/terms/clock.ts";
import { inputOfLayouts, layoutOf, queryOf, refusalOf } from "../typed-rows.ts";

const CLOCK: QueryClock = { monotonicNs: () => 1n, bootNs: () => 1n, realtimeNs: () => 1n };

/** A text that each renderer prints, a type that it shows, and what the error says of comparing the two. */
const SHOWN: readonly (readonly [renderer: string, type: string, text: string, hint: string])[] = [
  ["port", "u16", "53", "as a port: htons(53)"],
  ["ipv4", "u32", "10.0.0.1", 'as an address: ip("10.0.0.1")'],
  ["ipv6", "u8[16]", "::1", 'as an address: ip("::1")'],
  ["mac", "u8[6]", "02:00:00:00:00:01", 'as digits: hex(value) == "020000000001"'],
  ["mac", "u8[6]", "0A:00:00:00:00:01", 'as digits: hex(value) == "0a0000000001"'],
  ["cidr", "struct { u32 len; u8 data[4]; }", "10.0.0.0/8", 'as a network: inCidr(value.data, "10.0.0.0/8")'],
  ["cidr", "struct { u32 len; u8 data[16]; }", "2001:db8::/32", 'as a network: inCidr(value.data, "2001:db8::/32")'],
  ["char", "u8", "A", "as a number: 65"],
  ["hex", "u32", "0x1f", "as a number: 0x1f"],
  ["hex", "u32", "1f", "as a number: 0x1f"],
  ["hex", "u8[4]", "0102AB03", 'as digits: hex(value) == "0102ab03"'],
  ["duration", "u64", "1.5ms", 'as a duration: duration("1.5ms")'],
  ["duration", "u64", "2d 3h", 'as a duration: duration("2d 3h")'],
  ["age", "u64", "12.34s", 'as an age: now() - value > duration("12.34s")'],
  ["ktime", "u64", "2025-01-31T12:00:00.123456789Z", 'as a time: timestamp("2025-01-31T12:00:00.123456789Z")'],
  ["bytes", "u64", "1.5 MiB", "in bytes: 1572864"],
  ["bytes", "u64", "512 B", "in bytes: 512"],
  ["ifindex", "u32", "eth0", 'by its number, which -o ndjson shows as "value"'],
  ["errno", "s32", "-ENOENT", 'by its number, which -o ndjson shows as "value"'],
  ["uid", "u32", "root", 'by its number, which -o ndjson shows as "value"'],
];

describe("an error for the text of a renderer says how to write it", () => {
  test.each(SHOWN)("%s of %s: %s", (rendering, type, text, hint) => {
    const input = inputOfLayouts(undefined, { ...layoutOf(type), rendering });
    expect(refusalOf(`value == ${JSON.stringify(text)}`, input).message).toMatch(
      /^`==` does not compare .* with a string \(/,
    );
    expect(refusalOf(`value == ${JSON.stringify(text)}`, input).message.endsWith(` (${hint})`)).toBe(true);
  });

  test.each(SHOWN.filter(([, , , hint]) => hint.startsWith("as ")))(
    "and what it says is an expression: %s of %s: %s",
    (rendering, type, _, hint) => {
      const input = { ...inputOfLayouts(undefined, { ...layoutOf(type), rendering }), clock: CLOCK };
      const [, form = ""] = hint.split(/: (.*)$/);
      const where = /[=>]|inCidr/.test(form) ? form : `value == ${form}`;
      expect(() => queryOf(input, { where })).not.toThrow();
    },
  );
});

test("each renderer that it knows is one, with a type that it shows", () => {
  for (const [name, type] of SHOWN) {
    expect(Object.keys(RENDERERS)).toContain(name);
    expect(RENDERERS[name]?.mismatch(wholeField("value", layoutOf(type))), name).toBeUndefined();
  }
});

test.each<[string, string]>([
  ["duration", "soon"],
  ["ktime", "yesterday"],
  ["bytes", "1.5 MB"],
  ["bytes", "many"],
  ["mac", "02:00"],
  ["char", "AB"],
  ["hex", "xyz"],
  ["port", "http"],
  ["nothing", "x"],
  ["constructor", "x"],
])("nothing is said of a text that %s never shows: %s", (rendering, text) => {
  expect(shownAs(wholeField("value", { ...layoutOf("u64"), rendering }), text)).toBeUndefined();
});

test("a field without a renderer", () => {
  expect(shownAs(wholeField("value", layoutOf("u64")), "1s")).toBeUndefined();
});

test("messages name fields as CEL takes them", () => {
  const layout = layoutOf("u32");
  const fields = [{ name: "in", bitOffset: 0, bitfieldBits: 0, layout }];
  const input = inputOfLayouts(undefined, { kind: "struct", size: 4, fields, typeName: "struct s", tagged: false });
  expect(refusalOf("ni == 1", input).message).toBe('nothing is called `ni`; did you mean `value["in"]`?');
});

test("paths as CEL takes them", () => {
  expect(celPath({ path: "value.in.true[0].if" })).toBe('value["in"]["true"][0].if');
  expect(celPath({ path: 'value.inner["a.in"]' })).toBe('value.inner["a.in"]');
});
