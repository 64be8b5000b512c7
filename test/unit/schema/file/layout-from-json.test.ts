import { expect, test } from "vitest";
import { declaredType } from "../../../../src/schema/file/layout-from-json.ts";
import type { Json } from "../../../../src/schema/file/layout-json.ts";
import { TypeTable } from "../../../../src/schema/type-table.ts";

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
