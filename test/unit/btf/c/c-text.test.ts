import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { cText } from "../../../../src/btf/c/c-text.ts";
import { parseBtf } from "../../../../src/btf/parse.ts";
import type { TypeSource } from "../../../../src/btf/types.ts";
import { layoutFromBtf } from "../../../../src/schema/from-btf.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { openSnapshotFile } from "../../../../src/snapshot/read/load.ts";
import { goldenPath, recordedNames } from "../../../golden/recorded.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { clangBtf, compileC, layoutAsserts, sizeAssert } from "../../../helpers/clang.ts";
import { Random } from "../../../helpers/random.ts";
import { RandomTypes, randomSize } from "../../../helpers/random-types.ts";
import { liveSuite } from "../../../helpers/requirements.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const VMLINUX = "/sys/kernel/btf/vmlinux";

/** The text of the type that `build` makes. */
function textOf(build: (btf: BtfBuilder) => number, name = "it"): string {
  const btf = new BtfBuilder();
  const id = build(btf);
  return cText(parseBtf(btf.build()), [{ id, name }]);
}

const ROWS: readonly { what: string; build: (btf: BtfBuilder) => number; text: string }[] = [
  { what: "an integer of C", build: (b) => b.signed("int", 4), text: "typedef int it;\n" },
  {
    what: "an integer of Rust",
    build: (b) => b.int("u64", 8),
    text: "typedef unsigned long long u64;\n\ntypedef u64 it;\n",
  },
  {
    what: "an integer of an odd size",
    build: (b) => b.int("u24", 3),
    text: "typedef unsigned char u24[3];\n\ntypedef u24 it;\n",
  },
  {
    what: "bool by a typedef",
    build: (b) =>
      b.struct("s", 1, [{ name: "on", type: b.typedef("bool", b.int("_Bool", 1, { encoding: 4 })), bitOffset: 0 }]),
    text: "struct s {\n\t_Bool on;\n};\n",
  },
  { what: "a typedef", build: (b) => b.typedef("u32", b.int("unsigned int", 4)), text: "typedef unsigned int u32;\n" },
  { what: "an array", build: (b) => b.array(b.array(b.signed("char", 1), 4), 2), text: "typedef char it[2][4];\n" },
  {
    what: "a pointer to an array",
    build: (b) => b.ptr(b.array(b.signed("int", 4), 3)),
    text: "typedef int (*it)[3];\n",
  },
  {
    what: "qualifiers",
    build: (b) => b.const(b.volatile(b.restrict(b.signed("int", 4)))),
    text: "typedef const volatile int it;\n",
  },
  { what: "void", build: () => 0, text: "typedef struct {} it;\n" },
  { what: "a forward declaration", build: (b) => b.fwd("opaque"), text: "struct opaque;\n" },
  {
    what: "pointers: to a struct, to itself, to a function, to an incomplete typedef",
    build(b) {
      const fn = b.ptr(b.funcProto(b.signed("int", 4), [{ name: "a", type: b.ptr(0) }]));
      const other = b.ptr(b.struct("other", 4, [{ name: "a", type: 1, bitOffset: 0 }]));
      const self = b.ptr(b.nextId + 2);
      const hidden = b.ptr(b.typedef("hidden_t", b.fwd("hidden")));
      return b.struct("s", 32, [
        { name: "run", type: fn, bitOffset: 0 },
        { name: "other", type: other, bitOffset: 64 },
        { name: "next", type: self, bitOffset: 128 },
        { name: "hidden", type: hidden, bitOffset: 192 },
      ]);
    },
    text: "",
  },
  {
    what: "a struct by value, defined before, and its typedef",
    build(b) {
      const inner = b.struct("inner", 4, [{ name: "a", type: b.signed("int", 4), bitOffset: 0 }]);
      const alias = b.typedef("inner_t", inner);
      return b.struct("outer", 12, [
        { name: "pair", type: b.array(alias, 2), bitOffset: 0 },
        { name: "one", type: inner, bitOffset: 64 },
      ]);
    },
    text: "struct inner {\n\tint a;\n};\n\ntypedef struct inner inner_t;\n\nstruct outer {\n\tinner_t pair[2];\n\tstruct inner one;\n};\n",
  },
  {
    what: "anonymous records, whose members share a scope",
    build(b) {
      const int = b.signed("int", 4);
      const inner = b.struct("", 8, [
        { name: "a", type: int, bitOffset: 0 },
        { name: "b", type: int, bitOffset: 32 },
      ]);
      const union = b.union("", 8, [
        { type: inner, bitOffset: 0 },
        { name: "pair", type: inner, bitOffset: 0 },
      ]);
      return b.struct("outer", 16, [
        { type: union, bitOffset: 0 },
        { name: "a", type: int, bitOffset: 64 },
        { type: int, bitOffset: 96 },
      ]);
    },
    text: "struct outer {\n\tunion {\n\t\tstruct {\n\t\t\tint a;\n\t\t\tint b;\n\t\t};\n\t\tstruct {\n\t\t\tint a;\n\t\t\tint b;\n\t\t} pair;\n\t};\n\tint a_1;\n\tint _0;\n};\n",
  },
  {
    what: "bit-fields, the gap between them and the padding behind",
    build(b) {
      const uint = b.int("unsigned int", 4);
      return b.struct("bits", 16, [
        { name: "low", type: uint, bitOffset: 0, bitfieldSize: 3 },
        { name: "high", type: uint, bitOffset: 20, bitfieldSize: 4 },
        { name: "wide", type: uint, bitOffset: 32, bitfieldSize: 32 },
      ]);
    },
    text: "struct bits {\n\tunsigned int low: 3;\n\tunsigned char: 5;\n\tunsigned char: 8;\n\tunsigned char: 4;\n\tunsigned int high: 4;\n\tunsigned int wide: 32;\n\tunsigned long long: 64;\n};\n",
  },
  {
    what: "bit-fields of BTF without kind_flag",
    build: (b) =>
      b.struct("old", 4, [
        { name: "five", type: b.int("unsigned int", 4, { bits: 5 }), bitOffset: 0 },
        { name: "two", type: b.int("unsigned int", 4, { bits: 2, offset: 1 }), bitOffset: 5 },
      ]),
    text: "struct old {\n\tunsigned int five: 5;\n\tunsigned char: 1;\n\tunsigned int two: 2;\n};\n",
  },
  {
    what: "a packed struct",
    build: (b) =>
      b.struct("tight", 5, [
        { name: "c", type: b.signed("char", 1), bitOffset: 0 },
        { name: "i", type: b.signed("int", 4), bitOffset: 8 },
      ]),
    text: "struct tight {\n\tchar c;\n\tint i;\n} __attribute__((packed));\n",
  },
  {
    what: "a struct that is aligned to a cache line",
    build: (b) =>
      b.struct("wide", 192, [
        { name: "a", type: b.signed("int", 4), bitOffset: 0 },
        { name: "b", type: b.signed("int", 4), bitOffset: 512 },
      ]),
    text: "",
  },
  {
    what: "members that overlap or stand in another order, and a union whose members begin later",
    build: (b) => {
      const int = b.signed("int", 4);
      const union = b.union("later", 12, [
        { name: "a", type: int, bitOffset: 0 },
        { name: "b", type: int, bitOffset: 32 },
      ]);
      return b.struct("lapping", 24, [
        { name: "late", type: union, bitOffset: 96 },
        { name: "word", type: int, bitOffset: 0 },
        { name: "half", type: b.int("unsigned short", 2), bitOffset: 16 },
      ]);
    },
    text: "",
  },
  {
    what: "enums of all sizes and signs",
    build(b) {
      const tiny = b.enum("tiny", [["MINUS", -1]], { size: 1, signed: true });
      const state = b.enum("state", [
        ["IDLE", 0],
        ["BUSY", 0xffffffff],
      ]);
      const wide = b.enum64("wide", [["TOP", 2n ** 64n - 1n]]);
      const low = b.enum64("low", [["LOW", -(2n ** 63n)]], { signed: true });
      const nothing = b.enum("later", []);
      const again = b.enum("", [["IDLE", 7]]);
      const types = [tiny, state, wide, low, nothing, again];
      const at = [0, 32, 64, 128, 192, 224];
      return b.struct(
        "enums",
        32,
        types.map((type, i) => ({ name: `e${i}`, type, bitOffset: at[i] ?? 0 })),
      );
    },
    text: "",
  },
  {
    what: "names that C can't have or that are taken",
    build(b) {
      const stat = b.struct("Stat<u64>", 4, [{ name: "register", type: b.signed("int", 4), bitOffset: 0 }]);
      const word = b.typedef("Stat_u64", b.signed("int", 4));
      const val = b.struct("main.Val", 4, [{ name: "0", type: word, bitOffset: 0 }]);
      const union = b.union("Stat_u64", 4, [{ name: "caf\u00e9", type: val, bitOffset: 0 }]);
      return b.struct("s", 8, [
        { name: "a", type: stat, bitOffset: 0 },
        { name: "b", type: union, bitOffset: 32 },
      ]);
    },
    text: "/* Stat<u64> */\nstruct Stat_u64 {\n\tint register_;\n};\n\ntypedef int Stat_u64;\n\n/* main.Val */\nstruct main_Val {\n\tStat_u64 _0;\n};\n\n/* Stat_u64 */\nunion Stat_u64___2 {\n\tstruct main_Val caf;\n};\n\nstruct s {\n\tstruct Stat_u64 a;\n\tunion Stat_u64___2 b;\n};\n",
  },
  {
    what: "global data",
    build: (b) => {
      const int = b.signed("int", 4);
      return b.datasec(".data.x", 16, [
        { type: b.var("counter", int), offset: 0, size: 4 },
        { type: b.var("table", b.array(int, 2)), offset: 8, size: 8 },
      ]);
    },
    text: "/* section .data.x */\nstruct data_x {\n\tint counter;\n\tunsigned int: 32;\n\tint table[2];\n};\n",
  },
];

describe("C text of", () => {
  test.each(ROWS.filter(({ text }) => text !== ""))("$what", ({ build, text }) => {
    expect(textOf(build)).toBe(text);
  });
});

liveSuite("C text, compiled by clang for BPF", ["clang"], () => {
  const scratch = useScratch();

  test.each(ROWS)("$what compiles alone and has the BTF's sizes and offsets", ({ build }) => {
    const builder = new BtfBuilder();
    const id = build(builder);
    const btf = parseBtf(builder.build());
    const text = cText(btf, [{ id, name: "it" }]);
    expect(compileC([text, ...layoutAsserts(text, btf)].join("\n"))).toBe("");
  });

  test("random types come back from clang's own BTF with each field where it was", () => {
    for (let seed = 0; seed < 25; seed++) {
      const random = new Random(seed);
      const builder = new BtfBuilder();
      const types = new RandomTypes(random, builder, random.chance(0.3));
      const ids = Array.from({ length: 8 }, () => types.ofSize(randomSize(random, 512)));
      const btf = parseBtf(builder.build());
      const uses = ids.map((id, i) => ({ id, name: `value${i}` }));
      const text = cText(btf, uses);
      expect(text).not.toContain("unsigned char bytes[");
      const asserts = layoutAsserts(text, btf);
      const back = clangBtf(
        [text, ...asserts, ...uses.map(({ name }, i) => useOf(btf, ids[i] ?? 0, name))].join("\n"),
        scratch.folder,
      );
      for (const [i, id] of ids.entries()) {
        const [variable = 0] = back.idsByName(`use${i}`);
        const compiled = back.type(variable);
        const layout = layoutFromBtf(back, compiled.kind === "var" ? compiled.type : 0);
        expect(`${seed}/${i} ${layout.size} ${places(layout)}`).toBe(
          `${seed}/${i} ${layoutFromBtf(btf, id).size} ${places(layoutFromBtf(btf, id))}`,
        );
      }
    }
  });

  // In parts: clang is run for each of some hundred types.
  test.each([0, 1, 2, 3])("the types of all golden cases, part %i", async (part) => {
    let compiled = 0;
    for (const name of recordedNames().filter((_, i) => i % 4 === part)) {
      for (const map of await openSnapshotFile(goldenPath(name, "map.ndjson"))) {
        using _ = map;
        const types = map.types();
        if (types.state !== "known") continue;
        const { types: source, keyTypeId, valueTypeId } = types;
        const text = cText(source, [
          { id: keyTypeId, name: "key" },
          { id: valueTypeId, name: "value" },
        ]);
        const layout = layoutFromBtf(source, valueTypeId);
        const spelled = /^typedef[^;]*\bvalue\b[^;]*;$/ms.test(text) ? "value" : layout.typeName;
        const isPlain = /^((struct|union|enum) )?\w+$/.test(spelled) && layout.kind !== "section";
        const assert = isPlain ? sizeAssert(spelled, source, valueTypeId) : "";
        expect(`${name}: ${compileC(`${text}\n${assert}`)}`).toBe(`${name}: `);
        compiled++;
      }
    }
    expect(compiled).toBeGreaterThanOrEqual(25);
  });

  test.runIf(existsSync(VMLINUX))("types of the kernel, among them the largest", () => {
    const btf = parseBtf(readFileSync(VMLINUX), { what: VMLINUX });
    const named = Array.from(btf.names()).filter(({ kind }) => ["struct", "union", "typedef", "enum"].includes(kind));
    const largest = named.filter(({ name }) =>
      ["task_struct", "sk_buff", "net", "net_device", "bpf_prog"].includes(name),
    );
    const some = named.filter((_, i) => i % 7 === 0);
    let asserted = 0;
    for (const roots of [...largest.map((one) => [one]), some]) {
      const text = cText(
        btf,
        roots.map(({ id }) => ({ id, name: "it" })),
      );
      const asserts = layoutAsserts(text, btf);
      expect(compileC([text, ...asserts].join("\n"))).toBe("");
      asserted += asserts.length;
    }
    expect(asserted).toBeGreaterThan(5000);
  });
});

/** Names a type in a variable, so that clang keeps it. */
function useOf(btf: TypeSource, id: number, name: string): string {
  const type = btf.type(id);
  const use = name.replace("value", "use");
  if (type.kind === "typedef") return `${type.name} ${use};`;
  const isTagged = ["struct", "union", "enum", "enum64"].includes(type.kind) && "name" in type && type.name !== "";
  return isTagged ? `${type.kind.replace("64", "")} ${"name" in type ? type.name : ""} ${use};` : `${name} ${use};`;
}

/**
 * The bits of all fields: `0+32 32+8`. Padding and what has no name in C are left out, and integers with spare bits.
 */
function places(layout: Layout): string {
  const found = new Set<string>();
  const visit = (node: Layout, at: number): void => {
    if (found.size > 5000) return;
    if (node.kind === "struct" || node.kind === "union") {
      for (const { name, bitOffset, bitfieldBits, layout: inner } of node.fields) {
        const bits = bitfieldBits || (inner.kind === "int" ? inner.bits : 0);
        if (/^__padding/.test(name)) continue;
        if (name === "" && (bitfieldBits > 0 || isPart(bitOffset, bits, inner))) continue;
        const shift = bitfieldBits === 0 && inner.kind === "int" ? inner.bitOffset : 0;
        if (isPart(bitOffset, bits, inner)) found.add(`${at + bitOffset + shift}+${bits}`);
        else visit(inner, at + bitOffset);
      }
    } else if (node.kind === "array") {
      for (let i = 0; i < Math.min(node.length, 3); i++) visit(node.element, at + i * node.element.size * 8);
    } else if ((node.kind === "float" ? [4, 8] : [1, 2, 4, 8, 16]).includes(node.size))
      found.add(`${at}+${node.size * 8}`);
    // C has no other numbers: they are arrays of bytes.
    else for (let i = 0; i < Math.min(node.size, 3); i++) found.add(`${at + i * 8}+8`);
  };
  visit(layout, 0);
  return Array.from(found).sort().join(" ");
}

/** Whether a field has only some bits of its type, or begins inside a byte. */
function isPart(bitOffset: number, bits: number, { kind, size }: Layout): boolean {
  return bits > 0 && (kind !== "int" || bits !== size * 8 || bitOffset % 8 !== 0);
}

describe("hostile names and shapes", () => {
  test.each([
    { name: "x; int y", shown: "x\\x3b int y", legal: "x_int_y" },
    { name: "*/ evil() /*", shown: "\\x2a\\x2f evil\\x28\\x29 \\x2f\\x2a", legal: "evil" },
    { name: "a\nb\t", shown: "a\\x0ab\\x09", legal: "a_b" },
    { name: "\u001b[31m", shown: "\\x1b\\x5b31m", legal: "_31m" },
    { name: "bad\udcff", shown: "bad\\xff", legal: "bad" },
    { name: "n".repeat(600), shown: `${"n".repeat(512)}...`, legal: "n".repeat(512) },
    { name: "__builtin_va_list", shown: "__builtin_va_list", legal: "__builtin_va_list_" },
    { name: "int", shown: "int", legal: "int_" },
    { name: "\u2028", shown: "\\xe2\\x80\\xa8", legal: "_" },
  ])("a name like $shown can't pose as code", ({ name, shown, legal }) => {
    const text = textOf((b) => b.struct(name, 4, [{ name, type: b.signed("int", 4), bitOffset: 0 }]));
    expect(text).toBe(`/* ${shown} */\nstruct ${legal} {\n\tint ${legal};\n};\n`);
  });

  test("a struct that holds itself, and chains without an end", () => {
    const self = textOf((b) => b.struct("s", 8, [{ name: "s", type: b.nextId, bitOffset: 0 }]));
    expect(self).toBe("struct s {\n\tstruct {\n\t\tunsigned char bytes[8];\n\t} s;\n};\n");
    expect(textOf((b) => b.ptr(b.nextId))).toMatch(/^typedef void \*+it;\n$/);
    expect(textOf((b) => b.typedef("t", b.nextId))).toBe("");
    const anonymous = textOf((b) => b.struct("", 8, [{ type: b.ptr(b.nextId - 1 + 1), bitOffset: 0 }]));
    expect(anonymous).toContain("_0;");
  });

  test("members that reach behind the end make bytes of their struct", () => {
    const text = textOf((b) => b.struct("s", 4, [{ name: "a", type: b.int("unsigned long", 8), bitOffset: 0 }]));
    expect(text).toBe("struct s {\n\tunsigned char bytes[4];\n};\n");
  });

  test("anonymous records that contain each other twice end", () => {
    const text = textOf((b) => {
      let id = b.signed("char", 1);
      for (let i = 0; i < 60; i++) {
        id = b.union("", 1, [
          { name: "m", type: id, bitOffset: 0 },
          { name: "n", type: id, bitOffset: 0 },
        ]);
      }
      return id;
    });
    expect(text).toContain("unsigned char bytes[1];");
    expect(text.length).toBeLessThan(50_000_000);
  });

  test("thousands of members that all overlap are bytes", () => {
    const text = textOf((b) => {
      const type = b.signed("int", 4);
      return b.struct(
        "s",
        4,
        Array.from({ length: 60_000 }, (_, i) => ({ name: `m${i}`, type, bitOffset: 0 })),
      );
    });
    expect(text).toBe("struct s {\n\tunsigned char bytes[4];\n};\n");
  });
});
