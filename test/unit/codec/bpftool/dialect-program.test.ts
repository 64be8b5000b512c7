import { describe, expect, test } from "vitest";
import type { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { type EncodeOptions, encodedEntries } from "../../../helpers/encoded-entries.ts";

type Make = (btf: BtfBuilder) => number;

/** bpftool's text of a value of global data, which has no key. */
function valueText(make: Make, hex: string, options: EncodeOptions = {}): string {
  const { text } = encodedEntries((btf) => ({ key: 0, value: make(btf) }), [{ key: "00", value: hex }], {
    ...options,
    depth: 0,
  });
  return options.style === "plain"
    ? text.slice('{\n    "value": '.length, -"\n}".length)
    : text.slice(text.indexOf('"formatted":{"value":') + '"formatted":{"value":'.length, -2);
}

const plain: EncodeOptions = { style: "plain" };

describe("scalars", () => {
  test.each<[string, Make, hex: string, json: string, plain: string]>([
    ["u8", (b) => b.int("u8", 1), "ff", "255", "255"],
    ["s8", (b) => b.signed("s8", 1), "ff", "-1", "-1"],
    ["u16", (b) => b.int("u16", 2), "0102", "513", "513"],
    ["s32", (b) => b.signed("s32", 4), "00000080", "-2147483648", "-2147483648"],
    ["u64", (b) => b.int("u64", 8), "ff".repeat(8), "18446744073709551615", "18446744073709551615"],
    ["s64", (b) => b.signed("s64", 8), "ff".repeat(8), "-1", "-1"],
    ["u128", (b) => b.int("u128", 16), `01${"00".repeat(15)}`, '"0x1"', "0x1"],
    ["24 bits", (b) => b.int("u24", 3, { bits: 24 }), "010203", '"0x30201"', "0x30201"],
    ["5 bits at bit 3", (b) => b.int("u5", 1, { bits: 5, offset: 3 }), "f8", '"0x1f"', "0x1f"],
    ["CHAR", (b) => b.int("c", 1, { encoding: 2 }), "41", '"A"', '"A"'],
    ["a CHAR that is no letter", (b) => b.int("c", 1, { encoding: 2 }), "01", '"\\u0001"', "0x1"],
    ["bool", (b) => b.int("_Bool", 1, { encoding: 4 }), "02", "true", "true"],
    ["pointer", (b) => b.ptr(0), "1f00000000000000", "31", '"0x1f"'],
    ["a null pointer", (b) => b.ptr(0), "00".repeat(8), "0", '"(nil)"'],
    ["enumerator", (b) => b.enum("e", [["A", 1]]), "01000000", '"A"', '"A"'],
    ["no enumerator", (b) => b.enum("e", [["A", 1]]), "ffffffff", "-1", "-1"],
    ["one of one byte", (b) => b.enum("e", [["A", 1]], { size: 1 }), "01", '"A"', '"A"'],
    ["one of eight bytes", (b) => b.enum("e", [["A", -1]], { size: 8 }), "ff".repeat(8), '"A"', '"A"'],
    ["a wide one", (b) => b.enum64("e", [["A", 2n ** 40n]]), "0000000000010000", '"A"', '"A"'],
    [
      "the first of equal ones",
      (b) =>
        b.enum("e", [
          ["A", 1],
          ["B", 1],
        ]),
      "01000000",
      '"A"',
      '"A"',
    ],
    ["typedef of const", (b) => b.typedef("t", b.const(b.int("u8", 1))), "07", "7", "7"],
  ])("%s", (_name, make, hex, json, text) => {
    expect(valueText(make, hex)).toBe(json);
    expect(valueText(make, hex, plain)).toBe(text);
  });

  test.each([
    ["7.1", "0x1f", "(nil)"],
    ["7.5", '"0x1f"', '"(nil)"'],
  ])("pointers of bpftool %s", (version, some, none) => {
    const pointer: Make = (b) => b.ptr(0);
    expect(valueText(pointer, "1f00000000000000", { ...plain, version })).toBe(some);
    expect(valueText(pointer, "00".repeat(8), { ...plain, version })).toBe(none);
  });
});

describe("arrays and records", () => {
  const pair: Make = (b) => {
    const u8 = b.int("u8", 1);
    return b.struct("pair", 2, [
      { name: "a", type: u8, bitOffset: 0 },
      { name: "b", type: u8, bitOffset: 8 },
    ]);
  };
  const chars =
    (length: number): Make =>
    (b) =>
      b.array(b.signed("char", 1), length);

  test.each<[string, Make, hex: string, json: string]>([
    ["numbers", (b) => b.array(b.int("u8", 1), 3), "010203", "[1,2,3]"],
    ["none", (b) => b.array(b.int("u8", 1), 0), "", "[]"],
    ["arrays of arrays", (b) => b.array(b.array(b.int("u8", 1), 2), 2), "01020304", "[[1,2],[3,4]]"],
    ["a string", chars(4), "61620063", '"ab"'],
    ["chars without a NUL", chars(2), "6162", "[97,98]"],
    ["chars that are no text", chars(2), "ff00", "[-1,0]"],
    ["chars by a typedef", (b) => b.array(b.typedef("letter", b.signed("char", 1)), 2), "6100", "[97,0]"],
    ["CHARs", (b) => b.array(b.int("c", 1, { encoding: 2 }), 2), "6100", '"a"'],
    ["a struct", pair, "0102", '{"a":1,"b":2}'],
    ["an empty one", (b) => b.struct("none", 0, []), "", "{}"],
    ["structs", (b) => b.array(pair(b), 2), "01020304", '[{"a":1,"b":2},{"a":3,"b":4}]'],
    [
      "members without names",
      (b) => {
        const u8 = b.int("u8", 1);
        return b.struct("s", 2, [
          { type: u8, bitOffset: 0 },
          { type: u8, bitOffset: 8 },
        ]);
      },
      "0102",
      '{"":1,"":2}',
    ],
    [
      "an anonymous union",
      (b) => {
        const u16 = b.int("u16", 2);
        const union = b.union("", 2, [
          { name: "w", type: u16, bitOffset: 0 },
          { name: "b", type: b.int("u8", 1), bitOffset: 0 },
        ]);
        return b.struct("s", 2, [{ type: union, bitOffset: 0 }]);
      },
      "0102",
      '{"":{"w":513,"b":1}}',
    ],
    [
      "bit-fields",
      (b) => {
        const u32 = b.int("u32", 4);
        return b.struct("s", 4, [
          { name: "a", type: u32, bitOffset: 0, bitfieldSize: 3 },
          { name: "b", type: u32, bitOffset: 3, bitfieldSize: 12 },
        ]);
      },
      "fd7f0000",
      '{"a":"0x5","b":"0xfff"}',
    ],
  ])("%s", (_name, make, hex, json) => {
    expect(valueText(make, hex)).toBe(json);
  });

  test("plain text has lines for members, and for the end of an array", () => {
    expect(valueText((b) => b.array(pair(b), 2), "01020304", plain)).toBe(
      [
        "[{",
        '            "a": 1,',
        '            "b": 2',
        "        },{",
        '            "a": 3,',
        '            "b": 4',
        "        }",
        "    ]",
      ].join("\n"),
    );
  });

  test("a section has its variables in an array, under its name", () => {
    const section: Make = (b) => {
      const u8 = b.int("u8", 1);
      return b.datasec(".bss", 3, [
        { type: b.var("one", u8), offset: 0, size: 1 },
        { type: b.var("two", b.int("u16", 2)), offset: 1, size: 2 },
      ]);
    };
    expect(valueText(section, "010203")).toBe('{".bss":[{"one":1},{"two":770}]}');
  });
});

describe("what bpftool can't print", () => {
  test.each<[string, Make, text: string, size: number]>([
    ["a float", (b) => b.float("double", 8), "(unsupported-kind)", 8],
    ["a type tag", (b) => b.typeTag("user", b.int("u8", 1)), "(unsupported-kind)", 1],
    ["a forward declaration", (b) => b.array(b.fwd("later"), 1), "[(fwd-kind-invalid)]", 1],
  ])("%s", (_name, make, text, size) => {
    expect(valueText(make, "00".repeat(size))).toBe(text);
  });
});

describe("names", () => {
  const named =
    (name: string): Make =>
    (b) =>
      b.struct("s", 1, [{ name, type: b.int("u8", 1), bitOffset: 0 }]);

  test.each<[name: string, text: string, isInvalid: boolean]>([
    ["plain", '{"plain":1}', false],
    ['quo"te', '{"quo\\"te":1}', false],
    ["back\\slash", '{"back\\\\slash":1}', false],
    ["control\u0001", '{"control\u0001":1}', true],
    ["latin\udce9", '{"latin\xe9":1}', true],
  ])("%j", (name, text, isInvalid) => {
    const make = (btf: BtfBuilder) => ({ key: 0, value: named(name)(btf) });
    expect(valueText(named(name), "01")).toBe(text);
    const { oddities } = encodedEntries(make, [{ key: "00", value: "01" }]);
    expect(oddities).toEqual(isInvalid ? [`value.${name}`] : []);
    expect(encodedEntries(make, [{ key: "00", value: "01" }], plain).oddities).toEqual([]);
  });
});
