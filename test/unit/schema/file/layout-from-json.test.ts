import { expect, test } from "vitest";
import { parseBtf } from "../../../../src/btf/parse.ts";
import { declaredType, layoutFromJson } from "../../../../src/schema/file/layout-from-json.ts";
import { type Json, layoutToJson } from "../../../../src/schema/file/layout-json.ts";
import { layoutFingerprint } from "../../../../src/schema/fingerprint.ts";
import { layoutFromBtf } from "../../../../src/schema/from-btf.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { isSpecialField } from "../../../../src/schema/special-fields.ts";
import { TypeTable } from "../../../../src/schema/type-table.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";

const U8 = { kind: "int", type: "u8", size: 1, encoding: "unsigned" };

function typeOf(json: Json): unknown {
  const table = new TypeTable();
  return table.type(declaredType(table, json, "value"));
}

test.each<[Json, object]>([
  [U8, { kind: "int", name: "u8", size: 1, encoding: 0, bits: 8, offset: 0 }],
  [
    { ...U8, bits: 3, bitOffset: 2 },
    { kind: "int", bits: 3, offset: 2 },
  ],
  [
    { kind: "int", type: "byte", size: 1, encoding: "signed", char: true },
    { kind: "typedef", name: "byte" },
  ],
  [
    { kind: "pointer", type: "void *", size: 8 },
    { kind: "ptr", type: 0 },
  ],
  [{ kind: "opaque", type: "void", reason: "void" }, { kind: "void" }],
  [{ kind: "opaque", type: "struct x", reason: "fwd" }, { kind: "fwd" }],
  [
    { kind: "struct", type: "struct Stat<u64>", size: 1, fields: [{ name: "a", offset: 0, of: U8 }] },
    { kind: "struct", name: "Stat<u64>" },
  ],
  [
    { kind: "struct", type: "alias_t", size: 1, fields: [] },
    { kind: "typedef", name: "alias_t" },
  ],
  [
    { kind: "array", type: "u8[2]", size: 2, length: 2, element: U8 },
    { kind: "array", nelems: 2 },
  ],
  [
    { kind: "enum", type: "enum e", size: 8, signed: true, values: [{ name: "A", value: "-1" }] },
    { kind: "enum64", name: "e", values: [{ name: "A", value: 2n ** 64n - 1n }] },
  ],
])("%j", (json, expected) => {
  expect(typeOf(json)).toMatchObject(expected);
});

test("a pointer that the kernel manages is one again, so that comparisons leave it out", () => {
  const btf = new BtfBuilder();
  const task = btf.struct("task_struct", 8, [{ name: "pid", type: btf.int("u64", 8), bitOffset: 0 }]);
  const kptr = btf.ptr(btf.typeTag("kptr", task));
  const value = btf.struct("v", 16, [
    { name: "task", type: kptr, bitOffset: 0 },
    { name: "plain", type: btf.ptr(task), bitOffset: 64 },
  ]);
  const layout = layoutFromBtf(parseBtf(btf.build()), value);
  const again = layoutFromJson(JSON.parse(JSON.stringify(layoutToJson(layout))));
  const special = (one: Layout): boolean[] =>
    one.kind === "struct" ? one.fields.map((field) => isSpecialField(field.layout)) : [];
  expect([special(layout), special(again)]).toEqual([
    [true, false],
    [true, false],
  ]);
  // Generated code of before goes on to know its map.
  const pointer: Layout = { kind: "pointer", size: 8, typeName: "struct task_struct *", tagged: false };
  expect(layoutFingerprint(undefined, { ...pointer, isKptr: true })).toBe(layoutFingerprint(undefined, pointer));
});

test.each<[Json, string]>([
  [7, "read a schema: value: expected an object"],
  [{ kind: "thing", type: "" }, "value.kind: expected one of int, float"],
  [{ ...U8, sise: 1 }, "value.sise: there is no such property here; did you mean `size`?"],
  [{ kind: "pointer", type: "", size: 4 }, "value.size: a pointer of BPF has 8 bytes"],
  [
    { kind: "struct", type: "", size: 1, fields: [{ name: "a", offset: 0, of: { ...U8, size: 99 } }] },
    "value.fields[0].of.size: expected a whole number from 0 to 16",
  ],
])("%j is refused with its place", (json, message) => {
  expect(() => typeOf(json)).toThrow(message);
});

test("types that nest without end are refused", () => {
  let json: Json = U8;
  for (let i = 0; i < 100; i++) json = { kind: "array", type: "", size: 1, length: 1, element: json };
  expect(() => typeOf(json)).toThrow(/more than 60 levels deep/);
});
