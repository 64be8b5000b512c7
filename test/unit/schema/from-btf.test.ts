import { describe, expect, it } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { layoutFromBtf } from "../../../src/schema/from-btf.ts";
import type { Layout } from "../../../src/schema/layout.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";

function layout(
  make: (btf: BtfBuilder) => number,
  options: { littleEndian?: boolean; misread?: boolean } = {},
): Layout {
  const btf = new BtfBuilder();
  const id = make(btf);
  return layoutFromBtf(parseBtf(btf.build(options)), id, options);
}

describe("layoutFromBtf", () => {
  it("resolves modifiers and keeps the name that was written", () => {
    const made = layout((b) => b.typedef("__u32", b.const(b.volatile(b.int("unsigned int", 4)))));
    expect(made).toMatchObject({
      kind: "int",
      size: 4,
      bits: 32,
      encoding: "unsigned",
      typeName: "__u32",
      tagged: false,
    });
  });

  it("marks only what stands directly under a type tag", () => {
    expect(layout((b) => b.typeTag("user", b.int("int", 4))).tagged).toBe(true);
    expect(layout((b) => b.const(b.typeTag("user", b.int("int", 4)))).tagged).toBe(false);
  });

  it.each([
    ["char", (b: BtfBuilder) => b.signed("char", 1), true],
    ["const char", (b: BtfBuilder) => b.const(b.signed("char", 1)), true],
    ["a CHAR of any name", (b: BtfBuilder) => b.int("byte", 1, { encoding: 2 }), true],
    ["a typedef of char", (b: BtfBuilder) => b.typedef("c", b.signed("char", 1)), false],
    ["unsigned char", (b: BtfBuilder) => b.int("unsigned char", 1), false],
    ["a wide int named char", (b: BtfBuilder) => b.signed("char", 2), false],
  ])("says whether an array of %s may be a string", (_name, element, expected) => {
    expect(layout((b) => b.array(element(b), 4))).toMatchObject({ kind: "array", charsDirect: expected });
  });

  it("shares a node between the fields that have its type", () => {
    const made = layout((b) => {
      const inner = b.struct("in", 4, [{ name: "x", type: b.int("u32", 4), bitOffset: 0 }]);
      return b.struct("s", 8, [
        { name: "a", type: inner, bitOffset: 0 },
        { name: "b", type: inner, bitOffset: 32 },
      ]);
    });
    if (made.kind !== "struct") throw new Error("not a struct");
    expect(made.fields[0]?.layout).toBe(made.fields[1]?.layout);
  });

  it("gives enumerators their values by signedness", () => {
    const values = (signed: boolean): unknown => {
      const made = layout((b) => b.enum("e", [["A", -1]], { signed }));
      return made.kind === "enum" && made.values[0]?.value;
    };
    expect([values(true), values(false)]).toEqual([-1n, 0xffff_ffffn]);
  });

  it.each<[string, (b: BtfBuilder) => number, RegExp]>([
    [
      "a member behind the end",
      (b) => b.struct("s", 4, [{ name: "x", type: b.int("u32", 4), bitOffset: 8 }]),
      /member "x" that ends at bit 40, behind the 4 bytes/,
    ],
    [
      "a bit-field behind the end",
      (b) => b.struct("s", 1, [{ name: "x", type: b.int("u32", 4), bitOffset: 4, bitfieldSize: 5 }]),
      /ends at bit 9/,
    ],
    [
      "a bit-field of 200 bits",
      (b) => b.struct("s", 64, [{ name: "x", type: b.int("u32", 4), bitOffset: 0, bitfieldSize: 200 }]),
      /200 bits, more than 128/,
    ],
    [
      "a record inside a byte",
      (b) => b.struct("s", 8, [{ name: "x", type: b.struct("in", 1, []), bitOffset: 3 }]),
      /begins inside a byte/,
    ],
    ["an integer of more bits than bytes", (b) => b.int("u32", 4, { bits: 33 }), /bits 0 to 33 in 4 bytes/],
    ["an integer of no bits", (b) => b.int("u32", 4, { bits: 0 }), /bits 0 to 0/],
    ["an array of 2^32 words", (b) => b.array(b.int("u32", 4), 0xffff_ffff), /too large/],
    [
      "a struct that contains itself",
      (b) => b.struct("s", 4, [{ name: "x", type: b.nextId, bitOffset: 0 }]),
      /nests more than 64 levels/,
    ],
    [
      "a section that holds no variable",
      (b) => b.datasec(".data", 4, [{ type: b.int("u32", 4), offset: 0, size: 4 }]),
      /not a variable/,
    ],
    [
      "a variable behind its section",
      (b) => b.datasec(".data", 4, [{ type: b.var("v", b.int("u32", 4)), offset: 2, size: 4 }]),
      /ends at 6, behind the section's 4/,
    ],
    ["a typedef of itself", (b) => b.typedef("t", b.nextId), /chain of more than 32|more than 32|too deep|32/],
  ])("refuses %s", (_name, make, message) => {
    expect(() => layout(make)).toThrow(message);
  });

  it("refuses data of a big-endian machine", () => {
    expect(() => layout((b) => b.int("u32", 4), { littleEndian: false })).toThrow(/big-endian/);
  });

  it("lets a misread member overhang its place, but not the whole", () => {
    const overhanging = (size: number) => (b: BtfBuilder) => {
      const inner = b.struct("in", 1, [{ name: "p", type: b.ptr(0), bitOffset: 0 }]);
      return b.struct("s", size, [{ name: "x", type: inner, bitOffset: 0 }]);
    };
    expect(() => layout(overhanging(8))).toThrow(/member "p" that ends at bit 64/);
    expect(layout(overhanging(8), { misread: true }).size).toBe(8);
    expect(() => layout(overhanging(7), { misread: true })).toThrow(/reaches behind its 7 bytes/);
  });
});
