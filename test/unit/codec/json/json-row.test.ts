import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../../src/btf/parse.ts";
import { isText, membersOf, wholeField } from "../../../../src/codec/access/field.ts";
import { compileValueDecoder, type DecodedValue } from "../../../../src/codec/access/value-decoder.ts";
import type { JsonOptions } from "../../../../src/codec/json/json-options.ts";
import { compileJsonRow } from "../../../../src/codec/json/json-row.ts";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { ShownText } from "../../../../src/codec/text/shown-text.ts";
import { fieldText } from "../../../../src/output/rows/cells.ts";
import { layoutFromBtf } from "../../../../src/schema/from-btf.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { layoutOf } from "../../../helpers/layout-of.ts";
import { Random } from "../../../helpers/random.ts";
import { RandomTypes, randomSize } from "../../../helpers/random-types.ts";
import { randomValue } from "../../../helpers/random-values.ts";

const DIGITS: JsonOptions = { int64: "digits", enums: "name" };

/** The JSON of one value. The buffer is so small that everything is flushed in pieces. */
function json(
  layout: Layout,
  value: Uint8Array,
  options: JsonOptions = DIGITS,
  shown: ShownText = new ShownText("escape"),
): string {
  const parts: Buffer[] = [];
  const out = new OutputBuffer((bytes) => void parts.push(Buffer.from(bytes)), { capacity: 16, shown });
  const shape = { keySize: 0, valueSize: value.length, cpus: 0, valueStride: value.length };
  const columns = [{ name: "v", source: { kind: "field", field: wholeField("value", layout) } }] as const;
  const row = compileJsonRow({ columns, shape, options, render: () => undefined, tail: "}" }, out);
  row.print({ keys: value, values: value }, { key: 0, value: 0, cpu: 0, index: 0 });
  out.flush();
  return Buffer.concat(parts).toString().slice('{"v":'.length, -1);
}

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

test.each<[string, (btf: BtfBuilder) => number, string, string]>([
  ["u8", (b) => b.int("u8", 1), "ff", "255"],
  ["s8", (b) => b.signed("s8", 1), "ff", "-1"],
  ["a single char is a number", (b) => b.signed("char", 1), "41", "65"],
  ["u64", (b) => b.int("u64", 8), "ffffffffffffffff", "18446744073709551615"],
  ["2^53+1", (b) => b.int("u64", 8), "0100000000002000", "9007199254740993"],
  ["s64", (b) => b.signed("s64", 8), "0000000000000080", "-9223372036854775808"],
  ["u128", (b) => b.int("u128", 16), "ff".repeat(16), "340282366920938463463374607431768211455"],
  ["s128", (b) => b.signed("s128", 16), "ff".repeat(16), "-1"],
  ["24 bits", (b) => b.int("u24", 4, { bits: 24 }), "ffffff7f", "16777215"],
  ["bool", (b) => b.int("bool", 1, { encoding: 4 }), "02", "true"],
  ["pointer", (b) => b.ptr(0), "00f0ffffffffffff", "18446744073709547520"],
  ["float", (b) => b.float("float", 4), "0000c03f", "1.5"],
  ["double", (b) => b.float("double", 8), "9a9999999999b93f", "0.1"],
  ["NaN", (b) => b.float("double", 8), "000000000000f87f", '"NaN"'],
  ["infinity", (b) => b.float("float", 4), "0000807f", '"Infinity"'],
  ["negative infinity", (b) => b.float("float", 4), "000080ff", '"-Infinity"'],
  ["negative zero", (b) => b.float("double", 8), "0000000000000080", "-0"],
  ["a large double", (b) => b.float("double", 8), "ffffffffffffef7f", "1.7976931348623157e+308"],
  ["long double", (b) => b.float("long double", 16), "ab".repeat(16), `"${"ab".repeat(16)}"`],
  ["text", (b) => b.array(b.signed("char", 1), 4), "61620063", '"ab"'],
  ["text without an end", (b) => b.array(b.signed("char", 1), 4), "61626364", '"abcd"'],
  ["no text", (b) => b.array(b.signed("char", 1), 2), "0000", '""'],
  ["quotes", (b) => b.array(b.signed("char", 1), 3), "225c00", '"\\"\\\\"'],
  ["controls", (b) => b.array(b.signed("char", 1), 5), "1b5d300700", '"\\u001b]0\\u0007"'],
  ["DEL, C1 and bidi", (b) => b.array(b.signed("char", 1), 7), "7fc285e280ae00", '"\\u007f\\u0085\\u202e"'],
  ["UTF-8", (b) => b.array(b.signed("char", 1), 3), "c3a900", '"é"'],
  ["not UTF-8", (b) => b.array(b.signed("char", 1), 3), "ffc300", '"\\udcff\\udcc3"'],
  ["text behind a typedef", (b) => b.array(typedef(b, b.signed("char", 1)), 2), "6100", '"a"'],
  ["bytes", (b) => b.array(b.int("u8", 1), 2), "6100", "[97,0]"],
  ["no elements", (b) => b.array(b.int("u8", 1), 0), "", "[]"],
  ["an enumerator", (b) => b.enum("e", [["A", 1]]), "01000000", '"A"'],
  ["no enumerator", (b) => b.enum("e", [["A", 1]]), "ffffffff", "4294967295"],
  ["no signed enumerator", (b) => b.enum("e", [["A", 1]], { signed: true }), "ffffffff", "-1"],
  ["one of one byte", (b) => b.enum("e", [["A", 200]], { size: 1 }), "c8", '"A"'],
  ["one of eight bytes", (b) => b.enum64("e", [["A", 2n ** 63n]]), "0000000000000080", '"A"'],
  ["none of eight bytes", (b) => b.enum64("e", [["A", 1n]]), "ffffffffffffffff", "18446744073709551615"],
  ["a hostile name", (b) => b.enum("e", [['"\n', 0]]), "00000000", '"\\"\\n"'],
  ["void", (b) => b.struct("s", 0, [{ name: "v", type: 0, bitOffset: 0 }]), "", '{"v":null}'],
  [
    "bit-fields",
    (b) => {
      const [u, s] = [b.int("u32", 4), b.signed("s32", 4)];
      return b.struct("s", 4, [
        { name: "a", type: u, bitOffset: 0, bitfieldSize: 3 },
        { name: "b", type: s, bitOffset: 3, bitfieldSize: 5 },
        { name: "c", type: s, bitOffset: 8, bitfieldSize: 24 },
      ]);
    },
    "fd ffffff",
    '{"a":5,"b":-1,"c":-1}',
  ],
  [
    "a wide bit-field",
    (b) => b.struct("s", 8, [{ name: "a", type: b.signed("s64", 8), bitOffset: 1, bitfieldSize: 60 }]),
    "ffffffffffffffff",
    '{"a":-1}',
  ],
  [
    "anonymous members",
    (b) => {
      const u32 = b.int("u32", 4);
      const inner = b.union("", 4, [
        { name: "x", type: u32, bitOffset: 0 },
        { name: "y", type: b.int("u8", 1), bitOffset: 0 },
      ]);
      return b.struct("s", 8, [
        { name: "n", type: u32, bitOffset: 0 },
        { type: inner, bitOffset: 32 },
      ]);
    },
    "01000000 02010000",
    '{"n":1,"x":258,"y":2}',
  ],
])("%s", (_, make, bytes, expected) => {
  const text = json(layoutOf(make), hex(bytes));
  expect(text).toBe(expected);
  JSON.parse(text);
});

function typedef(btf: BtfBuilder, type: number): number {
  return btf.typedef("letter", type);
}

describe("options", () => {
  const enumeration = (b: BtfBuilder): number => b.enum("e", [["A", 1]]);
  test.each<[string, (btf: BtfBuilder) => number, string, JsonOptions, string]>([
    [
      "64 bits as strings",
      (b) => b.int("u64", 8),
      "ff".repeat(8),
      { int64: "string", enums: "name" },
      '"18446744073709551615"',
    ],
    ["32 bits stay digits", (b) => b.int("u32", 4), "ff".repeat(4), { int64: "string", enums: "name" }, "4294967295"],
    ["pointers as strings", (b) => b.ptr(0), "0100000000000000", { int64: "string", enums: "name" }, '"1"'],
    ["128 bits as strings", (b) => b.int("u", 16), "01".padEnd(32, "0"), { int64: "string", enums: "name" }, '"1"'],
    ["enums by number", enumeration, "01000000", { int64: "digits", enums: "number" }, "1"],
    ["enums both ways", enumeration, "01000000", { int64: "digits", enums: "both" }, '{"name":"A","value":1}'],
    ["enums without a name", enumeration, "02000000", { int64: "digits", enums: "both" }, '{"name":null,"value":2}'],
    [
      "wide enums",
      (b) => b.enum64("e", [["A", 1n]]),
      "0100000000000000",
      { int64: "string", enums: "both" },
      '{"name":"A","value":"1"}',
    ],
  ])("%s", (_, make, bytes, options, expected) => {
    expect(json(layoutOf(make), hex(bytes), options)).toBe(expected);
  });
});

test("a long text is written in pieces, and a long name", () => {
  const name = "n".repeat(500);
  const layout = layoutOf((b) =>
    b.struct("s", 40_000, [{ name, type: b.array(b.signed("char", 1), 40_000), bitOffset: 0 }]),
  );
  expect(JSON.parse(json(layout, new Uint8Array(40_000).fill(0x61)))).toEqual({ [name]: "a".repeat(40_000) });
});

/** What the decoder of the SDK says, in the words of JSON. */
function inJson(value: DecodedValue): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (Array.isArray(value)) return value.map(inJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inJson(one as DecodedValue)]));
}

/** Integers that come as strings from one side and as numbers from the other. */
function loosely(value: unknown): unknown {
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map(loosely);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, loosely(one)]));
}

/** The layout with all arrays of char taken for text, as the formats of our own take them. */
function withTexts(layout: Layout): Layout {
  switch (layout.kind) {
    case "array":
      return { ...layout, element: withTexts(layout.element), charsDirect: isText(layout) };
    case "struct":
    case "union":
      return { ...layout, fields: layout.fields.map((field) => ({ ...field, layout: withTexts(field.layout) })) };
    default:
      return layout;
  }
}

test("random types: valid, and the same as the decoder says", () => {
  const random = new Random(4);
  for (let round = 0; round < 300; round++) {
    const btf = new BtfBuilder();
    const size = randomSize(random, 300);
    const id = new RandomTypes(random, btf, true).ofSize(size);
    const layout = layoutFromBtf(parseBtf(btf.build()), id);
    const decode = compileValueDecoder(withTexts(layout), { int64: "string", enums: "name", chars: "text" });
    for (let i = 0; i < 3; i++) {
      const bytes = randomValue(random, size);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const text = json(layout, bytes, { int64: "string", enums: "name" });
      const parsed = JSON.parse(text);
      expect(loosely(parsed)).toEqual(loosely(inJson(decode(bytes, view, 0))));
      // Fields read one by one say the same as the whole.
      for (const member of membersOf(wholeField("value", layout)).slice(0, 8)) {
        const one = fieldText(member, { json: DIGITS, render: () => undefined, shown: new ShownText() })(
          bytes,
          view,
          0,
        );
        expect(typeof one).toBe("string");
      }
    }
  }
});
