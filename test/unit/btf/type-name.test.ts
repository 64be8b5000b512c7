import { expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { typeName } from "../../../src/btf/type-name.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";

const builder = new BtfBuilder();
const int = builder.signed("int", 4);
const char = builder.signed("char", 1);
const u32 = builder.typedef("u32", builder.int("unsigned int", 4));
const string = builder.ptr(builder.const(char));
const constString = builder.const(string);
const matrix = builder.array(builder.array(int, 3), 2);
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
const inner = builder.struct("", 4, [{ name: "a", type: int, bitOffset: 0 }]);
const counter = builder.var("counter", u32);
const rows: readonly { id: number; name: string }[] = [
  { id: 0, name: "void" },
  { id: u32, name: "u32" },
  { id: builder.struct("node", 4, []), name: "struct node" },
  { id: builder.struct("Stat<u64>", 4, []), name: "struct Stat<u64>" },
  { id: builder.union("u", 0, []), name: "union u" },
  { id: builder.enum("state", [["A", 1]]), name: "enum state" },
  { id: builder.enum64("wide", [["A", 1n]]), name: "enum wide" },
  { id: builder.fwd("opaque"), name: "struct opaque" },
  { id: builder.fwd("choice", { union: true }), name: "union choice" },
  { id: string, name: "const char *" },
  { id: constString, name: "const char *const" },
  { id: builder.restrict(builder.volatile(string)), name: "const char *restrict volatile" },
  { id: builder.ptr(builder.typeTag("user", int)), name: "int *" },
  { id: builder.ptr(0), name: "void *" },
  { id: matrix, name: "int[2][3]" },
  { id: builder.array(constString, 4), name: "const char *const[4]" },
  { id: builder.const(matrix), name: "const int[2][3]" },
  { id: builder.ptr(matrix), name: "int (*)[2][3]" },
  { id: proto, name: "int (void *, u32)" },
  { id: handler, name: "int (*)(void *, u32)" },
  { id: builder.array(handler, 2), name: "int (*[2])(void *, u32)" },
  { id: builder.func("print", printer), name: "void (const char *, ...)" },
  { id: builder.func("choose", chooser), name: "int (*(int))(void *, u32)" },
  { id: builder.func("nothing", builder.funcProto(0)), name: "void (void)" },
  { id: inner, name: "" },
  { id: builder.ptr(inner), name: "struct {...} *" },
  { id: builder.float("double", 8), name: "double" },
  { id: counter, name: "u32" },
  { id: builder.datasec(".data", 4, [{ type: counter, offset: 0, size: 4 }]), name: ".data" },
  { id: builder.declTag("note", int), name: "int" },
  { id: builder.ptr(builder.nextId + 1), name: "/* BTF kind 25 */ *" },
];
builder.raw([0, 25 * 2 ** 24, 0]);
const btf = parseBtf(builder.build());

test.each(rows)("type $id is called $name", ({ id, name }) => {
  expect(typeName(btf, id)).toBe(name);
});

test("a circle of pointers is cut", () => {
  const hostile = new BtfBuilder();
  const id = hostile.ptr(hostile.nextId);
  expect(typeName(parseBtf(hostile.build()), id)).toBe(`... ${"*".repeat(64)}`);
});

test("functions that take each other are cut", () => {
  const hostile = new BtfBuilder();
  const self = { name: "f", type: hostile.nextId };
  const id = hostile.funcProto(hostile.nextId, [self, self, self]);
  expect(typeName(parseBtf(hostile.build()), id).length).toBeLessThan(10_000);
});
