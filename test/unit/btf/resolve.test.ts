import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { alignOf, resolveModifiers, sizeOf } from "../../../src/btf/resolve.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";

/** A chain of `length` typedefs in front of an int; the id of the last one. */
function typedefChain(builder: BtfBuilder, length: number): number {
  let id = builder.signed("int", 4);
  for (let i = 0; i < length; i++) id = builder.typedef(`t${i}`, id);
  return id;
}

describe("resolveModifiers", () => {
  test("goes through typedefs, qualifiers, type tags and variables, and stops at all else", () => {
    const builder = new BtfBuilder();
    const int = builder.signed("int", 4);
    const chain = [
      int,
      builder.typedef("t", int),
      builder.volatile(2),
      builder.const(3),
      builder.restrict(4),
      builder.typeTag("user", 5),
      builder.var("v", 6),
    ];
    const ptr = builder.ptr(int);
    const tag = builder.declTag("t", int);
    const toVoid = builder.const(0);
    const btf = parseBtf(builder.build());
    for (const id of chain) expect(resolveModifiers(btf, id)).toBe(int);
    expect(resolveModifiers(btf, ptr)).toBe(ptr);
    expect(resolveModifiers(btf, tag)).toBe(tag);
    expect(resolveModifiers(btf, toVoid)).toBe(0);
  });

  test("takes 31 steps and refuses 32, as libbpf does", () => {
    const builder = new BtfBuilder();
    const last = typedefChain(builder, 32);
    const btf = parseBtf(builder.build());
    expect(resolveModifiers(btf, last - 1)).toBe(1);
    expect(() => resolveModifiers(btf, last)).toThrow(
      expect.objectContaining({ code: "BTF_INVALID", details: { typeId: last } }),
    );
  });

  test("refuses cycles and ids that aren't there", () => {
    const builder = new BtfBuilder();
    const self = builder.typedef("self", builder.nextId);
    const lost = builder.const(99);
    const btf = parseBtf(builder.build());
    expect(() => resolveModifiers(btf, self)).toThrow(expect.objectContaining({ code: "BTF_INVALID" }));
    expect(() => resolveModifiers(btf, lost)).toThrow(expect.objectContaining({ code: "BTF_INVALID" }));
  });
});

describe("sizeOf and alignOf", () => {
  const builder = new BtfBuilder();
  const char = builder.signed("char", 1);
  const int = builder.signed("int", 4);
  const int128 = builder.int("__int128", 16);
  const pointer = builder.ptr(0);
  const record = builder.struct("s", 12, [
    { name: "c", type: char, bitOffset: 0 },
    { name: "i", type: builder.array(int, 2), bitOffset: 32 },
  ]);
  const tight = builder.struct("tight", 5, [
    { name: "c", type: char, bitOffset: 0 },
    { name: "i", type: int, bitOffset: 8 },
  ]);
  const oddSize = builder.struct("odd", 6, [{ name: "i", type: int, bitOffset: 0 }]);
  const bits = builder.struct("bits", 4, [{ name: "b", type: int, bitOffset: 3, bitfieldSize: 7 }]);
  const rows: readonly { type: string; id: number; size: number; align: number }[] = [
    { type: "char", id: char, size: 1, align: 1 },
    { type: "__int128", id: int128, size: 16, align: 8 },
    { type: "pointer", id: pointer, size: 8, align: 8 },
    { type: "typedef of const", id: builder.typedef("t", builder.const(int)), size: 4, align: 4 },
    { type: "type tag", id: builder.typeTag("t", int), size: 4, align: 4 },
    { type: "variable", id: builder.var("v", record), size: 12, align: 4 },
    { type: "struct", id: record, size: 12, align: 4 },
    { type: "packed struct", id: tight, size: 5, align: 1 },
    { type: "struct of odd size", id: oddSize, size: 6, align: 1 },
    { type: "struct of bit-fields", id: bits, size: 4, align: 4 },
    { type: "empty struct", id: builder.struct("none", 0, []), size: 0, align: 1 },
    { type: "union", id: builder.union("u", 8, [{ name: "p", type: pointer, bitOffset: 0 }]), size: 8, align: 8 },
    { type: "enum", id: builder.enum("e", [], { size: 2 }), size: 2, align: 2 },
    { type: "enum64", id: builder.enum64("e64", []), size: 8, align: 8 },
    { type: "float", id: builder.float("double", 8), size: 8, align: 8 },
    { type: "array", id: builder.array(record, 3), size: 36, align: 4 },
    { type: "array of arrays", id: builder.array(builder.array(int, 3), 5), size: 60, align: 4 },
    { type: "empty array", id: builder.array(int, 0), size: 0, align: 4 },
    { type: "largest array", id: builder.array(char, 0xffffffff), size: 0xffffffff, align: 1 },
    { type: "array of nothing", id: builder.array(builder.struct("", 0, []), 0xffffffff), size: 0, align: 1 },
  ];
  const section = builder.datasec(".data", 64, []);
  const without = {
    void: 0,
    fwd: builder.fwd("f"),
    "const of fwd": builder.const(builder.nextId - 1),
    func_proto: builder.funcProto(0),
    func: builder.func("f", builder.nextId - 1),
    unknown: builder.raw([0, 25 * 2 ** 24, 0]),
  };
  const btf = parseBtf(builder.build());

  test.each(rows)("$type has $size bytes, aligned to $align", ({ id, size, align }) => {
    expect(sizeOf(btf, id)).toBe(size);
    expect(alignOf(btf, id)).toBe(align);
  });

  test("a data section has its size", () => {
    expect(sizeOf(btf, section)).toBe(64);
  });

  test.each(Object.entries(without))("%s has neither", (_, id) => {
    expect(() => sizeOf(btf, id)).toThrow(expect.objectContaining({ code: "BTF_INVALID", details: { typeId: id } }));
    expect(alignOf(btf, id)).toBe(0);
  });
});

describe("hostile sizes", () => {
  test.each([
    { what: "2^32 bytes", element: 1, counts: [0x10000, 0x10000] },
    { what: "2^32 and some", element: 4, counts: [0x40000000] },
    { what: "2^64 almost", element: 0xffffffff, counts: [0xffffffff] },
    { what: "2^96 almost", element: 1, counts: [0xffffffff, 0xffffffff, 0xffffffff] },
    { what: "an overflow on the way to nothing", element: 1, counts: [0, 0xffffffff, 0xffffffff] },
  ])("$what are too many", ({ element, counts }) => {
    const builder = new BtfBuilder();
    let id = builder.int("e", element, { bits: 8 });
    for (const count of counts) id = builder.array(id, count);
    const btf = parseBtf(builder.build());
    expect(() => sizeOf(btf, id)).toThrow(expect.objectContaining({ code: "BTF_INVALID" }));
  });

  test.each([
    { what: "array of itself", add: (b: BtfBuilder) => b.array(b.nextId, 1, 0) },
    { what: "struct in itself", add: (b: BtfBuilder) => b.struct("s", 8, [{ type: b.nextId, bitOffset: 0 }]) },
    {
      what: "two typedefs in a circle",
      add: (b: BtfBuilder) => b.typedef("b", b.typedef("a", b.nextId + 1)),
    },
  ])("$what ends", ({ add }) => {
    const builder = new BtfBuilder();
    const id = add(builder);
    const btf = parseBtf(builder.build());
    expect(() => alignOf(btf, id)).toThrow(expect.objectContaining({ code: "BTF_INVALID" }));
  });

  test("records that contain each other twice cost each of them once", () => {
    const builder = new BtfBuilder();
    let id = builder.signed("char", 1);
    for (let i = 0; i < 60; i++) {
      id = builder.struct(`s${i}`, 2, [
        { name: "a", type: id, bitOffset: 0 },
        { name: "b", type: id, bitOffset: 8 },
      ]);
    }
    expect(alignOf(parseBtf(builder.build()), id)).toBe(1);
  });

  test("records nested a thousand deep are refused", () => {
    const builder = new BtfBuilder();
    let id = builder.signed("char", 1);
    for (let i = 0; i < 1000; i++) id = builder.struct("", 1, [{ name: "a", type: id, bitOffset: 0 }]);
    const btf = parseBtf(builder.build());
    expect(() => alignOf(btf, id)).toThrow(expect.objectContaining({ code: "BTF_INVALID" }));
  });
});
