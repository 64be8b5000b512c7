import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { cDeclaration } from "../../../src/btf/c-text.ts";
import { parseBtf } from "../../../src/btf/parse.ts";
import { sizeOf } from "../../../src/btf/resolve.ts";
import { typeName } from "../../../src/btf/type-name.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { liveSuite } from "../../helpers/requirements.ts";

const builder = new BtfBuilder();
const int = builder.signed("int", 4);
const uint = builder.int("unsigned int", 4);
const char = builder.signed("char", 1);
const u32 = builder.typedef("u32", uint);
const nodePointer = builder.ptr(builder.nextId + 1);
const node = builder.struct("node", 16, [
  { name: "next", type: nodePointer, bitOffset: 0 },
  { name: "value", type: u32, bitOffset: 64 },
]);
const constChar = builder.const(char);
const string = builder.ptr(constChar);
const constString = builder.const(string);
const row = builder.array(int, 3);
const matrix = builder.array(row, 2);
const proto = builder.funcProto(int, [
  { name: "key", type: builder.ptr(0) },
  { name: "size", type: u32 },
]);
const handler = builder.ptr(proto);
const printer = builder.funcProto(0, [
  { name: "format", type: string },
  { name: "", type: 0 },
]);
/** Takes an int and returns a pointer to a function. */
const chooser = builder.funcProto(handler, [{ name: "which", type: int }]);
const state = builder.enum(
  "state",
  [
    ["IDLE", 0],
    ["BUSY", 0xffffffff],
  ],
  { size: 4 },
);
const tiny = builder.enum("tiny", [["MINUS", -1]], { size: 1, signed: true });
const wide = builder.enum64("wide", [
  ["TOP", 2n ** 64n - 1n],
  ["ONE", 1n],
]);
const wideSigned = builder.enum64("wide_signed", [["LOW", -(2n ** 63n) + 1n]], { signed: true });
const anonymousEnum = builder.enum("", [["A", 1]]);
const inner = builder.struct("", 8, [
  { name: "a", type: int, bitOffset: 0 },
  { name: "b", type: int, bitOffset: 32 },
]);
const anonymousUnion = builder.union("", 8, [
  { name: "", type: inner, bitOffset: 0 },
  { name: "pair", type: builder.array(inner, 1), bitOffset: 0 },
]);
const outer = builder.struct("outer", 24, [
  { name: "", type: anonymousUnion, bitOffset: 0 },
  { name: "first", type: builder.ptr(inner), bitOffset: 64 },
  { name: "low", type: uint, bitOffset: 128, bitfieldSize: 3 },
  { name: "", type: int, bitOffset: 131, bitfieldSize: 4 },
  { name: "kind", type: anonymousEnum, bitOffset: 160 },
]);
const oldBits = builder.int("unsigned int", 4, { bits: 5 });
const tight = builder.struct("tight", 5, [
  { name: "c", type: char, bitOffset: 0 },
  { name: "i", type: int, bitOffset: 8 },
]);
const old = builder.struct("old", 4, [{ name: "five", type: oldBits, bitOffset: 0 }]);
const opaque = builder.fwd("opaque");
const counter = builder.var("counter", u32);
const rows: readonly { id: number; name: string; text: string }[] = [
  { id: 0, name: "void", text: "void" },
  { id: uint, name: "unsigned int", text: "unsigned int" },
  { id: u32, name: "u32", text: "typedef unsigned int u32;" },
  { id: node, name: "struct node", text: "struct node {\n\tstruct node *next;\n\tu32 value;\n};" },
  { id: string, name: "const char *", text: "const char *" },
  { id: constString, name: "const char *const", text: "const char *const" },
  { id: builder.restrict(builder.volatile(string)), name: "const char *restrict volatile", text: "" },
  { id: builder.ptr(builder.typeTag("user", int)), name: "int *", text: "" },
  { id: builder.ptr(0), name: "void *", text: "" },
  { id: matrix, name: "int[2][3]", text: "int[2][3]" },
  { id: builder.array(constString, 4), name: "const char *const[4]", text: "" },
  { id: builder.const(matrix), name: "const int[2][3]", text: "" },
  { id: builder.ptr(matrix), name: "int (*)[2][3]", text: "" },
  { id: proto, name: "int (void *, u32)", text: "int (void *key, u32 size)" },
  { id: handler, name: "int (*)(void *, u32)", text: "" },
  { id: builder.array(handler, 2), name: "int (*[2])(void *, u32)", text: "" },
  {
    id: builder.typedef("handler_t", handler),
    name: "handler_t",
    text: "typedef int (*handler_t)(void *key, u32 size);",
  },
  {
    id: builder.func("print", printer),
    name: "void (const char *, ...)",
    text: "void print(const char *format, ...);",
  },
  {
    id: builder.func("choose", chooser),
    name: "int (*(int))(void *, u32)",
    text: "int (*choose(int which))(void *key, u32 size);",
  },
  { id: builder.func("nothing", builder.funcProto(0)), name: "void (void)", text: "void nothing(void);" },
  { id: state, name: "enum state", text: "enum state {\n\tIDLE = 0,\n\tBUSY = 4294967295,\n};" },
  { id: tiny, name: "enum tiny", text: "enum tiny {\n\tMINUS = -1,\n} __attribute__((mode(QI)));" },
  {
    id: wide,
    name: "enum wide",
    text: "enum wide {\n\tTOP = 18446744073709551615ULL,\n\tONE = 1ULL,\n} __attribute__((mode(DI)));",
  },
  {
    id: wideSigned,
    name: "enum wide_signed",
    text: "enum wide_signed {\n\tLOW = -9223372036854775807LL,\n} __attribute__((mode(DI)));",
  },
  { id: anonymousEnum, name: "", text: "enum {\n\tA = 1,\n};" },
  { id: anonymousUnion, name: "", text: "" },
  { id: builder.ptr(inner), name: "struct {...} *", text: "" },
  {
    id: outer,
    name: "struct outer",
    text: `struct outer {
	union {
		struct {
			int a;
			int b;
		};
		struct {
			int a;
			int b;
		} pair[1];
	};
	struct {
		int a;
		int b;
	} *first;
	unsigned int low: 3;
	int: 4;
	enum {
		A = 1,
	} kind;
};`,
  },
  {
    id: old,
    name: "struct old",
    text: "struct old {\n\tunsigned int five: 5;\n};",
  },
  {
    id: tight,
    name: "struct tight",
    text: "struct tight {\n\tchar c;\n\tint i;\n} __attribute__((packed));",
  },
  { id: opaque, name: "struct opaque", text: "struct opaque;" },
  { id: builder.fwd("choice", { union: true }), name: "union choice", text: "union choice;" },
  { id: builder.struct("empty", 0, []), name: "struct empty", text: "struct empty {\n};" },
  { id: builder.float("double", 8), name: "double", text: "double" },
  { id: counter, name: "u32", text: "u32 counter;" },
  {
    id: builder.datasec(".data", 4, [{ type: counter, offset: 0, size: 4 }]),
    name: ".data",
    text: "/* section .data */\nu32 counter;",
  },
  { id: builder.declTag("note", int), name: "int", text: "/* tag note */ int" },
  { id: builder.ptr(builder.nextId + 1), name: "/* BTF kind 25 */ *", text: "/* BTF kind 25 */ *" },
];
builder.raw([0, 25 * 2 ** 24, 0]);
const btf = parseBtf(builder.build());

describe("C text", () => {
  test.each(rows)("type $id is called $name", ({ id, name }) => {
    expect(typeName(btf, id)).toBe(name);
  });

  test.each(rows.filter(({ text }) => text !== ""))("type $id, $name, is declared", ({ id, text }) => {
    expect(cDeclaration(btf, id)).toBe(text);
  });
});

liveSuite("C text for a compiler", ["clang"], () => {
  test("clang takes the declarations, and gives the types the sizes of the BTF", () => {
    const sized = [node, state, tiny, wide, wideSigned, outer, old, tight];
    const others = rows.filter(({ text }) => /^(typedef|\w+ \w+\(|struct opaque|union choice|u32)/.test(text));
    expect(others).toHaveLength(7);
    const lines = [
      ...[...others.map(({ id }) => id), ...sized].map((id) => cDeclaration(btf, id)),
      ...sized.map((id) => `_Static_assert(sizeof(${typeName(btf, id)}) == ${sizeOf(btf, id)}, "size");`),
    ];
    const input = `${lines.join("\n")}\n`;
    expect(execFileSync("clang", ["-x", "c", "-w", "-fsyntax-only", "-"], { input, encoding: "utf8" })).toBe("");
  });
});

describe("hostile names and shapes", () => {
  test.each([
    { name: "x; int y", shown: "x\\x3b int y" },
    { name: "*/ evil() /*", shown: "\\x2a\\x2f evil\\x28\\x29 \\x2f\\x2a" },
    { name: "a\nb\t\u0000".slice(0, 4), shown: "a\\x0ab\\x09" },
    { name: "\u001b[31m", shown: "\\x1b\\x5b31m" },
    { name: "caf\u00e9", shown: "caf\\xc3\\xa9" },
    { name: "bad\udcff", shown: "bad\\xff" },
    { name: "Option<u32>", shown: "Option\\x3cu32\\x3e" },
    { name: "n".repeat(600), shown: `${"n".repeat(512)}...` },
  ])("a name like $shown can't pose as code", ({ name, shown }) => {
    const hostile = new BtfBuilder();
    const type = hostile.signed(name, 4);
    const id = hostile.struct(name, 4, [{ name, type, bitOffset: 0 }]);
    const source = parseBtf(hostile.build());
    expect(cDeclaration(source, id)).toBe(`struct ${shown} {\n\t${shown} ${shown};\n};`);
    expect(typeName(source, id)).toBe(`struct ${name}`);
  });

  test("a circle of pointers is cut", () => {
    const hostile = new BtfBuilder();
    const id = hostile.ptr(hostile.nextId);
    const source = parseBtf(hostile.build());
    expect(typeName(source, id)).toBe(`... ${"*".repeat(64)}`);
    expect(cDeclaration(source, id)).toBe(`... ${"*".repeat(64)}`);
  });

  test("functions that take each other are cut", () => {
    const hostile = new BtfBuilder();
    const self = { name: "f", type: hostile.nextId };
    const id = hostile.funcProto(hostile.nextId, [self, self, self]);
    const source = parseBtf(hostile.build());
    expect(typeName(source, id).length).toBeLessThan(10_000);
    expect(cDeclaration(source, id).length).toBeLessThan(1_000_000);
  });

  test("anonymous records that contain each other twice are cut", () => {
    const hostile = new BtfBuilder();
    let id = hostile.signed("char", 1);
    for (let i = 0; i < 40; i++) {
      const member = { name: "m", type: id, bitOffset: 0 };
      id = hostile.struct("", 1, [member, member]);
    }
    const text = cDeclaration(parseBtf(hostile.build()), id);
    expect(text).toContain("/* ... */");
    expect(text.length).toBeLessThan(5_000_000);
  });

  test("a record with 30000 members of long names is cut", () => {
    const hostile = new BtfBuilder();
    const member = { name: "\u0001".repeat(4096), type: hostile.signed("\u0002".repeat(4096), 1), bitOffset: 0 };
    const id = hostile.struct("many", 1, Array(30_000).fill(member));
    const text = cDeclaration(parseBtf(hostile.build()), id);
    expect(text.endsWith("\t/* ... */\n};")).toBe(true);
    expect(text.length).toBeLessThan(50_000_000);
  });
});
