import { describe, expect, it } from "vitest";
import { parseBtf } from "../../../../src/btf/parse.ts";
import {
  compileValueDecoder,
  DEFAULT_DECODE_OPTIONS,
  type DecodeOptions,
} from "../../../../src/codec/access/value-decoder.ts";
import { layoutFromBtf } from "../../../../src/schema/from-btf.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";

/** Decodes hex bytes as the type that `print` adds; the bytes stand behind three others. */
function decode(make: (btf: BtfBuilder) => number, hex: string, options: Partial<DecodeOptions> = {}): unknown {
  const btf = new BtfBuilder();
  const id = make(btf);
  const bytes = Buffer.from(`ffffff${hex.replaceAll(" ", "")}`, "hex");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const layout = layoutFromBtf(parseBtf(btf.build()), id);
  return compileValueDecoder(layout, { ...DEFAULT_DECODE_OPTIONS, ...options })(bytes, view, 3);
}

const chars = (length: number) => (btf: BtfBuilder) => btf.array(btf.signed("char", 1), length);

describe("values of one type", () => {
  it.each<[string, (btf: BtfBuilder) => number, string, unknown]>([
    ["u8", (b) => b.int("u8", 1), "ff", 255],
    ["s8", (b) => b.signed("s8", 1), "80", -128],
    ["u16", (b) => b.int("u16", 2), "0180", 0x8001],
    ["s16", (b) => b.signed("s16", 2), "0180", -0x7fff],
    ["u32", (b) => b.int("u32", 4), "ffffffff", 0xffff_ffff],
    ["s32", (b) => b.signed("s32", 4), "ffffffff", -1],
    ["u64", (b) => b.int("u64", 8), "0100000000002000", 2n ** 53n + 1n],
    ["u64 of all ones", (b) => b.int("u64", 8), "ff".repeat(8), 2n ** 64n - 1n],
    ["s64", (b) => b.signed("s64", 8), "ff".repeat(8), -1n],
    ["unsigned 128", (b) => b.int("u128", 16), `${"00".repeat(15)}80`, 1n << 127n],
    ["signed 128", (b) => b.signed("s128", 16), "ff".repeat(16), -1n],
    ["24 bits", (b) => b.int("u24", 3, { bits: 24 }), "010203", 0x030201],
    ["13 bits at bit 3", (b) => b.int("odd", 4, { bits: 13, offset: 3 }), "f8ff0000", 0x1fff],
    ["bool", (b) => b.int("_Bool", 1, { encoding: 4 }), "02", true],
    ["float", (b) => b.float("float", 4), "0000c03f", 1.5],
    ["double", (b) => b.float("double", 8), "000000000000f8bf", -1.5],
    ["long double", (b) => b.float("long double", 16), "01".repeat(16), Buffer.alloc(16, 1)],
    ["pointer", (b) => b.ptr(0), "f0debc9a78563412", 0x123456789abcdef0n],
    ["typedef of const", (b) => b.typedef("t", b.const(b.int("u8", 1))), "07", 7],
    [
      "array of arrays",
      (b) => b.array(b.array(b.int("u8", 1), 2), 2),
      "01020304",
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ["empty array", (b) => b.array(b.int("u8", 1), 0), "", []],
    ["string", chars(6), "656274680041", "ebth"],
    ["unterminated chars", chars(3), "657468", [101, 116, 104]],
    ["chars that are no text", chars(3), "65e900", [101, -23, 0]],
  ])("%s", (_name, make, hex, expected) => {
    expect(decode(make, hex)).toEqual(expected);
  });
});

describe("structs that no compiler makes", () => {
  const record = (...members: readonly (readonly [bitOffset: number, bits: number])[]) =>
    ((btf) => {
      const type = btf.int("u8", 1);
      const fields = members.map(([bitOffset, bitfieldSize], i) => ({ name: `f${i}`, type, bitOffset, bitfieldSize }));
      return btf.struct("odd", 2, fields);
    }) satisfies (btf: BtfBuilder) => number;

  it("have bit-fields that overlap", () => {
    expect(decode(record([0, 8], [4, 8], [0, 3]), "3412")).toEqual({ f0: 0x34, f1: 0x23, f2: 4 });
  });

  it.each([
    ["a bit-field", record([12, 5])],
    ["a field", (btf: BtfBuilder) => btf.struct("odd", 2, [{ name: "f", type: btf.int("u32", 4), bitOffset: 0 }])],
    ["an array", (btf: BtfBuilder) => btf.struct("odd", 2, [{ name: "f", type: chars(3)(btf), bitOffset: 0 }])],
  ])("don't have %s that ends outside of them", (_what, make) => {
    expect(() => decode(make, "0000000000")).toThrow(expect.objectContaining({ code: "LAYOUT_INVALID" }));
  });
});

describe("enums", () => {
  const state = (btf: BtfBuilder): number =>
    btf.enum(
      "state",
      [
        ["NEW", 0],
        ["LOST", -1],
        ["ALSO_NEW", 0],
      ],
      { signed: true },
    );
  const wide = (btf: BtfBuilder): number =>
    btf.enum64("big", [
      ["TOP", 2n ** 63n],
      ["LOW", 5n],
    ]);

  it.each<[string, (btf: BtfBuilder) => number, string, Partial<DecodeOptions>, unknown]>([
    ["the first name of a value", state, "00000000", {}, "NEW"],
    ["a negative one", state, "ffffffff", {}, "LOST"],
    ["no name", state, "07000000", {}, 7],
    ["numbers", state, "ffffffff", { enums: "number" }, -1],
    ["both", state, "ffffffff", { enums: "both" }, { name: "LOST", value: -1 }],
    ["both of a number without name", state, "07000000", { enums: "both" }, { name: null, value: 7 }],
    ["an unsigned byte", (b) => b.enum("e", [["TWO_HUNDRED", 200]], { size: 1 }), "c8", {}, "TWO_HUNDRED"],
    ["64 bits", wide, "0000000000000080", {}, "TOP"],
    ["64 bits without name", wide, "ff".repeat(8), {}, 2n ** 64n - 1n],
    ["64 bits, small", wide, "0500000000000000", {}, "LOW"],
  ])("%s", (_name, make, hex, options, expected) => {
    expect(decode(make, hex, options)).toEqual(expected);
  });
});

describe("options", () => {
  const u64 = (btf: BtfBuilder): number => btf.int("u64", 8);

  it("gives 64 bits as numbers where they are exact, and refuses others", () => {
    expect(decode(u64, "0500000000000000", { int64: "number" })).toBe(5);
    expect(() => decode(u64, "0100000000002000", { int64: "number" })).toThrow(
      expect.objectContaining({ code: "VALUE_RANGE" }),
    );
  });

  it("gives 64 bits as digits", () => {
    expect(decode(u64, "ff".repeat(8), { int64: "string" })).toBe("18446744073709551615");
  });

  it.each([
    ["657468", "eth"],
    ["650068", "e"],
    ["c3a900", "é"],
    ["65e900", "e\udce9"],
  ])("gives chars %s as text however they end", (hex, text) => {
    expect(decode(chars(3), hex, { chars: "text" })).toBe(text);
  });

  it("gives chars as bytes", () => {
    expect(decode(chars(3), "650068", { chars: "bytes" })).toEqual(Buffer.from("650068", "hex"));
  });
});

describe("records", () => {
  it("reads bit-fields of every width at every bit, with their signs", () => {
    for (const signed of [false, true]) {
      for (let shift = 0; shift < 8; shift++) {
        for (const width of [1, 2, 7, 8, 9, 31, 32, 33, 52, 53, 54, 63, 64]) {
          const all = (1n << 96n) - 1n;
          const value = (0x5a5a_5a5a_5a5a_5a5an ^ (1n << BigInt(width - 1))) & ((1n << BigInt(width)) - 1n);
          const word = (all ^ (((1n << BigInt(width)) - 1n) << BigInt(shift))) | (value << BigInt(shift));
          const hex = Buffer.from(word.toString(16).padStart(24, "0"), "hex").reverse().toString("hex");
          const got = decode((b) => {
            const type = signed ? b.signed("long", 8) : b.int("unsigned long", 8);
            return b.struct("s", 12, [{ name: "f", type, bitOffset: shift, bitfieldSize: width }]);
          }, hex) as { f: number | bigint };
          expect(BigInt(got.f)).toBe(signed ? BigInt.asIntN(width, value) : value);
          expect(typeof got.f).toBe(width > 53 ? "bigint" : "number");
        }
      }
    }
  });

  it("puts the members of anonymous records where C has them, and shows all members of a union", () => {
    const value = decode((b) => {
      const u16 = b.int("u16", 2);
      const inner = b.union("", 4, [
        { name: "word", type: b.int("u32", 4), bitOffset: 0 },
        {
          name: "",
          type: b.struct("", 4, [
            { name: "lo", type: u16, bitOffset: 0 },
            { name: "hi", type: u16, bitOffset: 16 },
          ]),
          bitOffset: 0,
        },
      ]);
      return b.struct("s", 8, [
        { name: "first", type: u16, bitOffset: 0 },
        { name: "", type: inner, bitOffset: 32 },
      ]);
    }, "0100 0000 0200 0300");
    expect(value).toEqual({ first: 1, word: 0x0003_0002, lo: 2, hi: 3 });
  });

  it("takes any name for a name", () => {
    const names = ["__proto__", "constructor", 'a"b', "`$" + "{1}`", "\n", "*/", "toString", "é", "\udce9"];
    const value = decode(
      (b) =>
        b.struct(
          "s",
          names.length,
          names.map((name, i) => ({ name, type: b.int("u8", 1), bitOffset: 8 * i })),
        ),
      "010203040506070809",
    ) as object;
    expect(Object.entries(value)).toEqual(names.map((name, i) => [name, i + 1]));
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it("decodes a data section by its variables", () => {
    const value = decode((b) => {
      const u32 = b.int("u32", 4);
      const [one, two] = [b.var("one", u32), b.var("two", u32)];
      return b.datasec(".data", 8, [
        { type: one, offset: 0, size: 4 },
        { type: two, offset: 4, size: 4 },
      ]);
    }, "0100000002000000");
    expect(value).toEqual({ one: 1, two: 2 });
  });

  it("refuses an array of more elements without bytes than anyone wants", () => {
    const empty = (b: BtfBuilder): number => b.array(b.struct("none", 0, []), 0xffff_ffff);
    expect(() => decode(empty, "")).toThrow(expect.objectContaining({ code: "LAYOUT_INVALID" }));
  });
});
