import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { BTF_KINDS, type BtfType } from "../../../src/btf/types.ts";
import { bytesFromText } from "../../../src/bytes.ts";
import { EbpfMapError } from "../../../src/errors.ts";
import { BtfBuilder, type LayoutRow } from "../../helpers/btf-builder.ts";

const BYTE_ORDERS = [{ littleEndian: true }, { littleEndian: false }];

/** What `action` throws: the code, the details and the sentence in one. */
function failure(action: () => unknown): { code: string; message: string; details: object } {
  try {
    action();
  } catch (error) {
    if (error instanceof EbpfMapError) return { code: error.code, message: error.message, details: error.details };
    throw error;
  }
  throw new Error("nothing was thrown");
}

const KINDS: readonly { kind: string; add: (b: BtfBuilder) => number; expected: BtfType }[] = [
  {
    kind: "int, signed",
    add: (b) => b.signed("int", 4),
    expected: { kind: "int", name: "int", size: 4, encoding: 1, offset: 0, bits: 32 },
  },
  {
    kind: "int of 128 bits",
    add: (b) => b.int("unsigned __int128", 16),
    expected: { kind: "int", name: "unsigned __int128", size: 16, encoding: 0, offset: 0, bits: 128 },
  },
  {
    kind: "int with every field at its largest",
    add: (b) => b.int("odd", 0xffffffff, { encoding: 15, offset: 255, bits: 255 }),
    expected: { kind: "int", name: "odd", size: 0xffffffff, encoding: 15, offset: 255, bits: 255 },
  },
  { kind: "ptr", add: (b) => b.ptr(0), expected: { kind: "ptr", type: 0 } },
  {
    kind: "array",
    add: (b) => b.array(7, 0xffffffff, 9),
    expected: { kind: "array", type: 7, indexType: 9, nelems: 0xffffffff },
  },
  {
    kind: "struct",
    add: (b) =>
      b.struct("pair", 8, [
        { name: "a", type: 1, bitOffset: 0 },
        { type: 2, bitOffset: 0x8000_0020 },
      ]),
    expected: {
      kind: "struct",
      name: "pair",
      size: 8,
      members: [
        { name: "a", type: 1, bitOffset: 0, bitfieldSize: 0 },
        { name: "", type: 2, bitOffset: 0x8000_0020, bitfieldSize: 0 },
      ],
    },
  },
  {
    kind: "struct with kind_flag",
    add: (b) =>
      b.struct("flags", 4, [
        { name: "low", type: 1, bitOffset: 0, bitfieldSize: 1 },
        { name: "whole", type: 1, bitOffset: 0xffffff },
        { name: "wide", type: 1, bitOffset: 3, bitfieldSize: 255 },
      ]),
    expected: {
      kind: "struct",
      name: "flags",
      size: 4,
      members: [
        { name: "low", type: 1, bitOffset: 0, bitfieldSize: 1 },
        { name: "whole", type: 1, bitOffset: 0xffffff, bitfieldSize: 0 },
        { name: "wide", type: 1, bitOffset: 3, bitfieldSize: 255 },
      ],
    },
  },
  {
    kind: "empty struct",
    add: (b) => b.struct("", 0, []),
    expected: { kind: "struct", name: "", size: 0, members: [] },
  },
  {
    kind: "union",
    add: (b) => b.union("u", 4, [{ name: "a", type: 1, bitOffset: 0 }], { kindFlag: true }),
    expected: { kind: "union", name: "u", size: 4, members: [{ name: "a", type: 1, bitOffset: 0, bitfieldSize: 0 }] },
  },
  {
    kind: "enum: values are signed 32 bits as stored",
    add: (b) =>
      b.enum(
        "e",
        [
          ["TOP", 0xffffffff],
          ["LOW", -0x80000000],
          ["HIGH", 0x7fffffff],
        ],
        { size: 1 },
      ),
    expected: {
      kind: "enum",
      name: "e",
      size: 1,
      signed: false,
      values: [
        { name: "TOP", value: -1 },
        { name: "LOW", value: -0x80000000 },
        { name: "HIGH", value: 0x7fffffff },
      ],
    },
  },
  {
    kind: "enum, signed",
    add: (b) => b.enum("", [["A", -5]], { signed: true }),
    expected: { kind: "enum", name: "", size: 4, signed: true, values: [{ name: "A", value: -5 }] },
  },
  { kind: "fwd of a struct", add: (b) => b.fwd("f"), expected: { kind: "fwd", name: "f", union: false } },
  {
    kind: "fwd of a union",
    add: (b) => b.fwd("f", { union: true }),
    expected: { kind: "fwd", name: "f", union: true },
  },
  { kind: "typedef", add: (b) => b.typedef("u32", 3), expected: { kind: "typedef", name: "u32", type: 3 } },
  { kind: "volatile", add: (b) => b.volatile(3), expected: { kind: "volatile", type: 3 } },
  { kind: "const", add: (b) => b.const(3), expected: { kind: "const", type: 3 } },
  { kind: "restrict", add: (b) => b.restrict(3), expected: { kind: "restrict", type: 3 } },
  { kind: "func", add: (b) => b.func("main", 3, 2), expected: { kind: "func", name: "main", type: 3, linkage: 2 } },
  {
    kind: "func_proto",
    add: (b) =>
      b.funcProto(1, [
        { name: "a", type: 2 },
        { name: "", type: 0 },
      ]),
    expected: {
      kind: "func_proto",
      type: 1,
      params: [
        { name: "a", type: 2 },
        { name: "", type: 0 },
      ],
    },
  },
  { kind: "var", add: (b) => b.var("v", 3, 2), expected: { kind: "var", name: "v", type: 3, linkage: 2 } },
  {
    kind: "datasec",
    add: (b) => b.datasec(".data", 0xffffffff, [{ type: 4, offset: 8, size: 0xfffffff0 }]),
    expected: { kind: "datasec", name: ".data", size: 0xffffffff, vars: [{ type: 4, offset: 8, size: 0xfffffff0 }] },
  },
  { kind: "float", add: (b) => b.float("double", 8), expected: { kind: "float", name: "double", size: 8 } },
  {
    kind: "decl_tag of a type",
    add: (b) => b.declTag("t", 3),
    expected: { kind: "decl_tag", name: "t", type: 3, componentIndex: -1 },
  },
  {
    kind: "decl_tag of a member",
    add: (b) => b.declTag("t", 3, 2),
    expected: { kind: "decl_tag", name: "t", type: 3, componentIndex: 2 },
  },
  { kind: "type_tag", add: (b) => b.typeTag("user", 3), expected: { kind: "type_tag", name: "user", type: 3 } },
  {
    kind: "enum64: values are unsigned 64 bits as stored",
    add: (b) =>
      b.enum64(
        "e64",
        [
          ["BIG", 2n ** 53n + 1n],
          ["NEG", -1n],
          ["LOW", 1n],
          ["TOP", 1n << 63n],
        ],
        { signed: true },
      ),
    expected: {
      kind: "enum64",
      name: "e64",
      size: 8,
      signed: true,
      values: [
        { name: "BIG", value: 2n ** 53n + 1n },
        { name: "NEG", value: 2n ** 64n - 1n },
        { name: "LOW", value: 1n },
        { name: "TOP", value: 1n << 63n },
      ],
    },
  },
];

describe.each(BYTE_ORDERS)("BTF with littleEndian $littleEndian", ({ littleEndian }) => {
  test.each(KINDS)("reads $kind", ({ add, expected }) => {
    const builder = new BtfBuilder();
    builder.signed("first", 4);
    const id = add(builder);
    builder.float("last", 4);
    const btf = parseBtf(builder.build({ littleEndian }));
    expect(btf.type(id)).toEqual(expected);
    expect(btf.type(id)).toBe(btf.type(id));
    expect(btf.type(id + 1)).toMatchObject({ kind: "float", name: "last" });
    expect(btf).toMatchObject({ littleEndian, typeCount: id + 2, unreadFrom: undefined, unknownKinds: [] });
    expect(btf.kinds).toContain(BTF_KINDS[expected.kind as keyof typeof BTF_KINDS].number);
  });

  test("reads all kinds one behind the other", () => {
    const builder = new BtfBuilder();
    const ids = KINDS.map(({ add }) => add(builder));
    const btf = parseBtf(builder.build({ littleEndian }));
    expect(ids.map((id) => btf.type(id))).toEqual(KINDS.map(({ expected }) => expected));
    expect(btf.kinds).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });

  test("reads split BTF on its base: ids and strings continue", () => {
    const base = new BtfBuilder();
    const int = base.signed("int", 4);
    const split = new BtfBuilder(base);
    const member = { name: "int", type: int, bitOffset: 0 };
    const record = split.struct("own", 4, [member]);
    const anonymous = split.struct("", 4, [{ ...member, name: "other" }]);
    const twice = split.typedef("int", record);
    const baseBtf = parseBtf(base.build({ littleEndian }));
    const btf = parseBtf(split.build({ littleEndian }), { base: baseBtf });
    expect([int, record, anonymous, twice]).toEqual([1, 2, 3, 4]);
    expect(btf.typeCount).toBe(5);
    expect(btf.type(int)).toBe(baseBtf.type(int));
    expect(btf.type(record)).toMatchObject({ kind: "struct", name: "own", members: [{ name: "int", type: int }] });
    expect(btf.type(anonymous)).toMatchObject({ name: "", members: [{ name: "other" }] });
    expect(btf.idsByName("int")).toEqual([int, twice]);
    expect(btf.idsByName("own")).toEqual([record]);
    expect(btf.kinds).toEqual([1, 4, 8]);
  });

  test("reads split BTF without strings of its own", () => {
    const base = new BtfBuilder();
    const int = base.signed("int", 4);
    const split = new BtfBuilder(base);
    const alias = split.typedef("int", int);
    const btf = parseBtf(split.build({ littleEndian }), { base: parseBtf(base.build({ littleEndian })) });
    expect(btf.type(alias)).toEqual({ kind: "typedef", name: "int", type: int });
  });

  test("accepts a header longer than known", () => {
    const builder = new BtfBuilder();
    const id = builder.signed("int", 4);
    for (const length of [4, 7, 400]) {
      const bytes = builder.build({ littleEndian, layout: [], headerExtra: new Uint8Array(length).fill(255) });
      expect(parseBtf(bytes).type(id)).toMatchObject({ kind: "int", name: "int" });
    }
  });

  test("stops at a kind of unknown length, and says so", () => {
    const builder = new BtfBuilder();
    const int = builder.signed("int", 4);
    const future = builder.raw([0xffffff, 25 * 2 ** 24 + 2, 4, 1, 2]);
    const behind = builder.signed("long", 8);
    const btf = parseBtf(builder.build({ littleEndian }));
    expect(btf.type(int)).toMatchObject({ name: "int" });
    expect(btf.type(future)).toEqual({ kind: "unknown", number: 25 });
    expect(btf.type(behind)).toEqual({ kind: "unknown", number: 25 });
    expect(btf).toMatchObject({ unknownKinds: [25], unreadFrom: future, kinds: [1, 25] });
    // 36 bytes from the unknown record on have room for 3 records at most.
    expect(btf.typeCount).toBe(future + 3);
    expect(failure(() => btf.type(btf.typeCount)).code).toBe("BTF_INVALID");
    const split = new BtfBuilder(builder).build({ littleEndian });
    expect(failure(() => parseBtf(split, { base: btf })).message).toMatch(/its base has types of kind 25/);
  });

  test("reads past unknown kinds where the BTF says how long they are", () => {
    const layout: LayoutRow[] = Array.from({ length: 128 }, () => ({ infoSize: 0, elemSize: 0 }));
    layout[25] = { infoSize: 4, elemSize: 8 };
    // A row for a known kind doesn't count; libbpf takes its own too.
    layout[1] = { infoSize: 248, elemSize: 0 };
    const builder = new BtfBuilder();
    const future = builder.raw([0, 25 * 2 ** 24 + 2, 4, 1, 2, 2, 3, 3]);
    const int = builder.signed("int", 4);
    const highest = builder.raw([0, 127 * 2 ** 24, 0]);
    const last = builder.float("float", 4);
    const btf = parseBtf(builder.build({ littleEndian, layout }));
    expect(btf.type(future)).toEqual({ kind: "unknown", number: 25 });
    expect(btf.type(int)).toMatchObject({ name: "int" });
    expect(btf.type(highest)).toEqual({ kind: "unknown", number: 127 });
    expect(btf.type(last)).toMatchObject({ name: "float" });
    expect(btf).toMatchObject({ unknownKinds: [25, 127], unreadFrom: undefined, typeCount: last + 1 });

    const split = new BtfBuilder(builder);
    split.raw([0, 25 * 2 ** 24 + 1, 4, 1, 2, 2]);
    const own = split.float("own", 4);
    expect(parseBtf(split.build({ littleEndian }), { base: btf }).type(own)).toMatchObject({ name: "own" });
  });

  test("takes a layout row that isn't whole words for no row", () => {
    const layout: LayoutRow[] = Array.from({ length: 26 }, () => ({ infoSize: 0, elemSize: 0 }));
    layout[25] = { infoSize: 2, elemSize: 8 };
    const builder = new BtfBuilder();
    const future = builder.raw([0, 25 * 2 ** 24, 4, 1]);
    expect(parseBtf(builder.build({ littleEndian, layout }))).toMatchObject({ unreadFrom: future });
  });

  test("reads a struct of 70000 members, more than 16 bits count", () => {
    const builder = new BtfBuilder();
    const members = Array.from({ length: 70_000 }, (_, i) => ({ name: `m${i}`, type: 0, bitOffset: i }));
    const id = builder.struct("huge", 4, members);
    expect(parseBtf(builder.build({ littleEndian })).type(id)).toMatchObject({
      members: expect.toSatisfy((list: readonly object[]) => list.length === 70_000),
    });
  });

  test("reads BTF that starts anywhere in a buffer", () => {
    const bytes = new BtfBuilder().build({ littleEndian });
    const shifted = new Uint8Array(bytes.length + 5);
    shifted.set(bytes, 3);
    expect(parseBtf(shifted.subarray(3)).typeCount).toBe(1);
  });
});

test("a name that is not UTF-8 survives, and is found", () => {
  const builder = new BtfBuilder();
  const name = "caf\udce9\udcff\u00e9";
  const id = builder.fwd(name);
  const btf = parseBtf(builder.build());
  expect(btf.type(id)).toEqual({ kind: "fwd", name, union: false });
  expect([...bytesFromText(name)]).toEqual([0x63, 0x61, 0x66, 0xe9, 0xff, 0xc3, 0xa9]);
  expect(btf.idsByName(name)).toEqual([id]);
});

test("idsByName finds exact names of types only", () => {
  const builder = new BtfBuilder();
  const struct = builder.struct("conn", 0, []);
  builder.struct("connection", 0, [{ name: "member", type: struct, bitOffset: 0 }]);
  builder.ptr(struct);
  const typedef = builder.typedef("conn", struct);
  // The tail of another string, as a linker that merges them would have it.
  const tail = builder.raw([builder.string("connection") + 4, 7 * 2 ** 24, 0]);
  const btf = parseBtf(builder.build());
  expect(btf.idsByName("conn")).toEqual([struct, typedef]);
  expect(btf.idsByName("ection")).toEqual([tail]);
  for (const absent of ["", "con", "conne", "member", "c", "conn\0"]) expect(btf.idsByName(absent)).toEqual([]);
});

describe("malformed BTF", () => {
  const oneInt = (): DataView => {
    const builder = new BtfBuilder();
    builder.signed("int", 4);
    const bytes = builder.build();
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
  const bytesOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

  // The header: magic 0, version 2, hdr_len 4, type_off 8, type_len 12, str_off 16, str_len 20; the record from 24.
  test.each([
    {
      problem: "no bytes",
      change: () => new DataView(new ArrayBuffer(0)),
      message: "needs 24 bytes, got 0",
      offset: 0,
    },
    { problem: "magic", set: [0, 0], message: "magic number is missing", offset: 0 },
    { problem: "version", set: [0, 0x0002_eb9f], message: "version 2 is not known", offset: 2 },
    { problem: "short hdr_len", set: [4, 23], message: "header of 23 bytes", offset: 4 },
    { problem: "long hdr_len", set: [4, 0xffffffff], message: "header of 4294967295 bytes", offset: 4 },
    { problem: "type_off", set: [8, 0xffffffff], message: "type section ends", offset: 8 },
    { problem: "unaligned types", set: [8, 1], message: "not aligned", offset: 25 },
    { problem: "type_len", set: [12, 0xfffffff0], message: "type section ends", offset: 8 },
    { problem: "str_off", set: [16, 0xfffffff0], message: "string section ends", offset: 16 },
    { problem: "str_len", set: [20, 0xffffffff], message: "string section ends", offset: 16 },
    { problem: "no strings", set: [20, 0], message: "doesn't end in a NUL", offset: 40 },
    { problem: "open string", set: [20, 4], message: "doesn't end in a NUL", offset: 44 },
    { problem: "no empty string", set: [16, 17], set2: [20, 4], message: "doesn't start with a NUL", offset: 41 },
    {
      problem: "type_len with half a head",
      set: [12, 8],
      message: "type 1 at byte 24: a record needs 12 bytes, 8",
      offset: 24,
    },
    {
      problem: "type_len with half a record",
      set: [12, 12],
      message: "type 1 at byte 24: a record of kind 1",
      offset: 24,
    },
    {
      problem: "type_len with a rest",
      set: [12, 17],
      message: "type 2 at byte 40: a record needs 12 bytes, 1",
      offset: 40,
    },
    { problem: "vlen", set: [28, 0x0400_ffff], message: "kind 4 with vlen 65535 needs 786432 bytes, 16", offset: 24 },
    { problem: "vlen of 24 bits", set: [28, 0x04ff_ffff], message: "vlen 16777215 needs 201326592 bytes", offset: 24 },
  ])("$problem is refused with its place", ({ change, set, set2, message, offset }) => {
    const view = change?.() ?? oneInt();
    for (const change of [set, set2]) {
      if (change) view.setUint32(change[0] ?? 0, change[1] ?? 0, true);
    }
    const { code, details, message: actual } = failure(() => parseBtf(bytesOf(view), { what: "BTF of map id 7" }));
    expect(code).toBe("BTF_INVALID");
    expect(actual).toContain(message);
    expect(actual).toMatch(/^read BTF of map id 7: /);
    expect(details).toMatchObject({ offset });
  });

  test.each([
    { problem: "outside", stringOffset: 99 },
    { problem: "just outside", stringOffset: 5 },
    { problem: "far outside", stringOffset: 0xffffffff },
  ])("a name $problem is refused when the type is asked for", ({ stringOffset }) => {
    const view = oneInt();
    view.setUint32(24, stringOffset, true);
    const btf = parseBtf(bytesOf(view));
    expect(failure(() => btf.type(1))).toMatchObject({ code: "BTF_INVALID", details: { typeId: 1, offset: 24 } });
    expect(btf.idsByName("int")).toEqual([]);
  });

  test("a bad name of a member is refused with the member's place", () => {
    const builder = new BtfBuilder();
    builder.raw([0, 4 * 2 ** 24 + 2, 8, 0, 0, 0, 77, 0, 32]);
    const { message, details } = failure(() => parseBtf(builder.build()).type(1));
    expect(details).toEqual({ typeId: 1, offset: 24 + 24 });
    expect(message).toBe(
      "read BTF: type 1 at byte 48: no name at string offset 77 of 1 (outside, not terminated or too long)",
    );
  });

  test("a name of more than 4096 bytes is refused", () => {
    const builder = new BtfBuilder();
    const longest = builder.fwd("x".repeat(4096));
    const longer = builder.fwd("y".repeat(4097));
    const btf = parseBtf(builder.build());
    expect(btf.type(longest)).toMatchObject({ name: "x".repeat(4096) });
    expect(failure(() => btf.type(longer)).code).toBe("BTF_INVALID");
  });

  test.each([1, 2, -1, 1.5, Number.NaN, 2 ** 32])("type id %d, which isn't there, is refused", (id) => {
    const btf = parseBtf(new BtfBuilder().build());
    expect(failure(() => btf.type(id))).toMatchObject({ code: "BTF_INVALID", details: { typeId: id } });
  });

  test("split BTF is refused without its base and on one of the other byte order", () => {
    const base = new BtfBuilder();
    base.signed("int", 4);
    const split = new BtfBuilder(base);
    split.signed("own", 4);
    expect(failure(() => parseBtf(split.build())).message).toContain("split BTF, read without its base?");
    const otherBase = parseBtf(base.build({ littleEndian: false }));
    expect(failure(() => parseBtf(split.build(), { base: otherBase })).message).toContain("byte order");
  });
});
