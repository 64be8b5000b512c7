import { describe, expect, test } from "vitest";
import { declaredType } from "../../../../src/schema/file/layout-from-json.ts";
import { exactNumber, layoutToJson } from "../../../../src/schema/file/layout-json.ts";
import { layoutFromBtf } from "../../../../src/schema/from-btf.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { TypeTable } from "../../../../src/schema/type-table.ts";
import { declared } from "../../../helpers/generated-layouts.ts";

const ROWS: readonly [text: string, json: object][] = [
  ["u32", { kind: "int", type: "u32", size: 4, encoding: "unsigned" }],
  ["char", { kind: "int", type: "char", size: 1, encoding: "signed", char: true }],
  ["double", { kind: "float", type: "double", size: 8 }],
  ["void *", { kind: "pointer", type: "void *", size: 8 }],
  [
    "enum e { A, B = 0xffffffffffffffff }",
    {
      kind: "enum",
      type: "enum e",
      size: 8,
      signed: false,
      values: [
        { name: "A", value: 0 },
        { name: "B", value: "18446744073709551615" },
      ],
    },
  ],
  [
    "char[4]",
    {
      kind: "array",
      type: "char[4]",
      size: 4,
      length: 4,
      text: true,
      element: { kind: "int", type: "char", size: 1, encoding: "signed", char: true },
    },
  ],
  [
    "struct s { u8 a; u8 b : 3; }",
    {
      kind: "struct",
      type: "struct s",
      size: 2,
      fields: [
        { name: "a", offset: 0, of: { kind: "int", type: "u8", size: 1, encoding: "unsigned" } },
        { name: "b", bitOffset: 8, bits: 3, of: { kind: "int", type: "u8", size: 1, encoding: "unsigned" } },
      ],
    },
  ],
];

describe.each(ROWS)("%s", (text, json) => {
  test("is written", () => {
    expect(layoutToJson(declared(text))).toEqual(json);
  });

  test("is read back", () => {
    const table = new TypeTable();
    const layout = layoutFromBtf(table, declaredType(table, json as never, "value"));
    expect(layoutToJson(layout)).toEqual(json);
  });
});

test("a type with more parts than any of the kernel's is refused", () => {
  let layout: Layout = declared("u32");
  for (let i = 0; i < 20; i++) {
    const field = (name: string) => ({ name, bitOffset: 0, bitfieldBits: 0, layout });
    layout = { kind: "union", size: 4, fields: [field("a"), field("b")], typeName: "", tagged: false };
  }
  expect(() => layoutToJson(layout)).toThrow("write out a type: it has more than 50000 parts");
});

test("numbers that JSON can't hold are digits", () => {
  expect([exactNumber(2n ** 53n - 1n), exactNumber(-(2n ** 53n))]).toEqual([2 ** 53 - 1, "-9007199254740992"]);
});
