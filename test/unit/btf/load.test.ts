import { describe, expect, test } from "vitest";
import { type BtfBase, loadBase, loadBtf } from "../../../src/btf/load.ts";
import { sizeOf } from "../../../src/btf/resolve.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { buildElf, type ElfShape, elfWithBtf } from "../../helpers/elf-builder.ts";

const SHAPES: readonly ElfShape[] = [
  { wide: true, littleEndian: true },
  { wide: true, littleEndian: false },
  { wide: false, littleEndian: true },
];

/** A kernel with types that a module needs, and others around them. */
function kernel(): BtfBuilder {
  const base = new BtfBuilder();
  const u64 = base.int("unsigned long", 8);
  base.signed("unrelated", 4);
  const hlist = base.struct("hlist_node", 16, [
    { name: "next", type: base.ptr(base.nextId + 1), bitOffset: 0 },
    { name: "pprev", type: u64, bitOffset: 64 },
  ]);
  base.struct("sock", 24, [
    { name: "node", type: hlist, bitOffset: 0 },
    { name: "cookie", type: u64, bitOffset: 128 },
  ]);
  base.enum("state", [["OPEN", 1]]);
  base.float("double", 8);
  base.fwd("hidden");
  return base;
}

/** What `pahole --btf_features=distilled_base` leaves of it: names and sizes. */
function distilledBase(): BtfBuilder {
  const base = new BtfBuilder();
  base.int("unsigned long", 8);
  base.struct("hlist_node", 16, []);
  base.fwd("sock");
  base.enum("state", []);
  base.float("double", 8);
  base.fwd("hidden");
  return base;
}

/** A module on the distilled base. */
function moduleTypes(base: BtfBuilder): BtfBuilder {
  const split = new BtfBuilder(base);
  const members = [
    { name: "node", type: 2, bitOffset: 0 },
    { name: "sock", type: split.ptr(3), bitOffset: 128 },
    { name: "count", type: 1, bitOffset: 192 },
    { name: "state", type: 4, bitOffset: 256 },
  ];
  const conn = split.struct("conn", 40, members);
  split.typedef("conn_t", conn);
  split.declTag("special", conn, 1);
  return split;
}

function given(bytes: Uint8Array): BtfBase {
  return { name: "vmlinux", btf: () => loadBase(bytes, "vmlinux"), isGiven: true };
}

describe.each(SHAPES)("an object with wide $wide, littleEndian $littleEndian", (shape) => {
  const order = { littleEndian: shape.littleEndian };
  const plain = kernel().build(order);

  test("BTF of its own needs no base, and none is loaded", () => {
    const base: BtfBase = { name: "none", btf: () => expect.unreachable(), isGiven: false };
    expect(loadBtf(elfWithBtf(plain, shape), { base }).idsByName("sock")).toHaveLength(1);
    expect(loadBtf(plain, { base }).idsByName("sock")).toHaveLength(1);
  });

  test("split BTF is read on the base, raw or in an object", () => {
    const split = new BtfBuilder(kernel());
    const own = split.struct("own", 24, [{ name: "sock", type: 5, bitOffset: 0 }]);
    for (const bytes of [split.build(order), elfWithBtf(split.build(order), shape)]) {
      for (const base of [plain, elfWithBtf(plain, shape)]) {
        const btf = loadBtf(bytes, { base: given(base) });
        expect(btf.type(own)).toMatchObject({ name: "own", members: [{ type: 5 }] });
        expect(btf.type(5)).toMatchObject({ name: "sock" });
      }
    }
  });

  test("split BTF without a base is refused with the cure", () => {
    const split = new BtfBuilder(kernel());
    split.signed("own", 4);
    const none: BtfBase = { name: "vmlinux", btf: () => undefined, isGiven: false };
    for (const options of [{}, { base: none }]) {
      expect(() => loadBtf(split.build(order), { what: "conn.ko", ...options })).toThrow(
        "read conn.ko: it is split BTF, which needs its base (--btf-base FILE: its kernel's vmlinux)",
      );
    }
  });

  const distilled = buildElf(shape, [
    { name: ".BTF", bytes: moduleTypes(distilledBase()).build(order) },
    { name: ".BTF.base", bytes: distilledBase().build(order) },
  ]);

  test("split BTF with a distilled base is moved to the real one", () => {
    const btf = loadBtf(distilled, { base: given(plain) });
    const [conn = 0] = btf.idsByName("conn");
    const type = btf.type(conn);
    const members = type.kind === "struct" ? type.members.map((member) => btf.type(member.type)) : [];
    expect(members).toEqual([
      expect.objectContaining({ kind: "struct", name: "hlist_node", members: expect.arrayContaining([]), size: 16 }),
      { kind: "ptr", type: 5 },
      expect.objectContaining({ kind: "int", name: "unsigned long" }),
      expect.objectContaining({ kind: "enum", values: [{ name: "OPEN", value: 1 }] }),
    ]);
    expect(members[0]).toMatchObject({ members: [{ name: "next" }, { name: "pprev" }] });
    expect(btf.type(5)).toMatchObject({ kind: "struct", name: "sock", size: 24 });
    expect(sizeOf(btf, conn)).toBe(40);
    expect(btf.idsByName("conn_t").map((id) => btf.type(id))).toEqual([
      { kind: "typedef", name: "conn_t", type: conn },
    ]);
    expect(Array.from(btf.names()).filter(({ name }) => name.startsWith("conn"))).toEqual([
      { id: conn, name: "conn", kind: "struct" },
      { id: conn + 1, name: "conn_t", kind: "typedef" },
    ]);
    expect(Array.from(btf.declTags?.() ?? [])).toEqual([
      [conn + 2, { kind: "decl_tag", name: "special", type: conn, componentIndex: 1 }],
    ]);
    expect(btf.typeCount).toBe(conn + 3);
  });

  test("without the real base it is read on the distilled one, where records have only sizes", () => {
    const btf = loadBtf(distilled);
    const [conn = 0] = btf.idsByName("conn");
    expect(sizeOf(btf, conn)).toBe(40);
    expect(btf.type(2)).toEqual({ kind: "struct", name: "hlist_node", size: 16, members: [] });
  });

  test("a base that lacks a type or has another size is refused where it was given, else left", () => {
    const other = new BtfBuilder();
    other.int("unsigned long", 8);
    other.struct("hlist_node", 24, []);
    const base = given(other.build(order));
    expect(() => loadBtf(distilled, { what: "conn.ko", base })).toThrow(
      'read conn.ko on vmlinux: type 2: its base has no struct "hlist_node" of 16 bytes (of another kernel? --btf-base FILE',
    );
    const own = loadBtf(distilled, { base: { ...base, isGiven: false } });
    expect(own.type(2)).toMatchObject({ name: "hlist_node", size: 16 });
  });

  test("a base with two types that may be meant is refused where it was given, else left", () => {
    const twice = kernel();
    twice.struct("hlist_node", 16, [{ name: "other", type: 1, bitOffset: 0 }]);
    twice.struct("sock", 8, []);
    const base = given(twice.build(order));
    expect(() => loadBtf(distilled, { what: "conn.ko", base })).toThrow(
      'read conn.ko on vmlinux: type 2: its base has more than one struct "hlist_node" of 16 bytes',
    );
    expect(loadBtf(distilled, { base: { ...base, isGiven: false } }).type(2)).toMatchObject({ members: [] });
  });

  test("a base of the other byte order is refused", () => {
    const other = kernel().build({ littleEndian: !shape.littleEndian });
    expect(() => loadBtf(distilled, { base: given(other) })).toThrow(/its byte order is not that of its base/);
    const split = new BtfBuilder(kernel());
    split.signed("own", 4);
    expect(() => loadBtf(split.build(order), { base: given(other) })).toThrow(/byte order/);
  });
});

describe("what bpftool -j btf dump prints of split BTF", () => {
  const base = given(kernel().build());
  const firstId = kernel().nextId;
  /** A struct that holds one of the base, and one of its own. */
  function printed(first: number): Uint8Array {
    const members = [
      { name: "node", type_id: 4, bits_offset: 0 },
      { name: "state", type_id: first + 1, bits_offset: 128 },
    ];
    const types = [
      { id: first, kind: "STRUCT", name: "conn", size: 24, vlen: 2, members },
      { id: first + 1, kind: "INT", name: "u64", size: 8, bits_offset: 0, nr_bits: 64, encoding: "(none)" },
    ];
    return Buffer.from(JSON.stringify({ types }));
  }

  test("is read on the base", () => {
    const btf = loadBtf(printed(firstId), { base });
    const [conn = 0] = btf.idsByName("conn");
    expect(conn).toBe(firstId);
    expect(btf.type(conn)).toMatchObject({ name: "conn", members: [{ name: "node" }, { name: "state" }] });
    expect([btf.type(4), btf.type(conn + 1)]).toMatchObject([{ name: "hlist_node" }, { name: "u64" }]);
  });

  test.each([
    ["without a base", firstId, undefined, "where type 1 belongs"],
    ["on another base", firstId + 1, base, `type ${firstId + 1} stands where type ${firstId} belongs`],
  ])("%s it is refused with the cure", (_, first, on, expected) => {
    const load = (): unknown => loadBtf(printed(first), { what: "m.json", ...(on && { base: on }) });
    expect(load).toThrow(expected);
    expect(load).toThrow("that of a module needs its kernel's, --btf-base FILE");
  });
});
