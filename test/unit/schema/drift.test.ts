import { describe, expect, test } from "vitest";
import { declareType } from "../../../src/schema/c/declaration.ts";
import { compareLayouts } from "../../../src/schema/drift.ts";
import { layoutFromBtf } from "../../../src/schema/from-btf.ts";
import type { Layout } from "../../../src/schema/layout.ts";
import { TypeTable } from "../../../src/schema/type-table.ts";

function declared(text: string): Layout {
  const table = new TypeTable();
  return layoutFromBtf(table, declareType(table, text));
}

function findings(ours: string, theirs: string, side: "key" | "value" = "value"): string[] {
  return compareLayouts(declared(ours), declared(theirs), side).map(({ severity, change, message }) => {
    return `${severity} ${change} ${message}`;
  });
}

describe("two layouts are compared field by field", () => {
  test.each<[string, string, string, string[]]>([
    ["the same", "struct s { u32 a; u64 b; }", "struct t { u32 a; u64 b; }", []],
    ["types of other names", "struct { u32 a; }", "struct { unsigned int a; }", []],
    [
      "width",
      "struct conn_val { u64 packets; u64 bytes; }",
      "struct conn_val { u64 packets; u32 bytes; u32 more; }",
      [
        "breaking width value.bytes: declared u64 at 8, map has u32 at 8 (struct conn_val)",
        "additive extra value.more: declared nothing, map has u32 at 12 (struct conn_val)",
      ],
    ],
    [
      "a field more",
      "struct { u32 a; }",
      "struct { u32 a; u32 b; }",
      [
        "additive size value: declared 4 bytes, map has 8 bytes",
        "additive extra value.b: declared nothing, map has u32 at 4",
      ],
    ],
    [
      "a field less",
      "struct { u32 a; u32 b; }",
      "struct { u32 a; }",
      [
        "breaking size value: declared 8 bytes, map has 4 bytes",
        "breaking missing value.b: declared u32 at 4, map has nothing",
      ],
    ],
    [
      "another name",
      "struct s { u32 a; u32 b; }",
      "struct s { u32 a; u32 c; }",
      ["breaking renamed value.b: declared u32 at 4, map has c: u32 at 4 (struct s)"],
    ],
    [
      "another place",
      "struct { u32 a; u32 b; }",
      "struct { u32 b; u32 a; }",
      [
        "breaking offset value.a: declared u32 at 0, map has u32 at 4",
        "breaking offset value.b: declared u32 at 4, map has u32 at 0",
      ],
    ],
    [
      "signedness",
      "struct { u32 a; }",
      "struct { s32 a; }",
      ["breaking signedness value.a: declared unsigned u32, map has signed s32"],
    ],
    [
      "kind",
      "struct { u32 a; u8 b; }",
      "struct { float a; bool b; }",
      ["breaking kind value.a: declared u32, map has float", "breaking kind value.b: declared u8, map has _Bool"],
    ],
    ["text", "struct { u8 a[4]; }", "struct { char a[4]; }", ["breaking kind value.a[]: declared u8, map has char"]],
    [
      "length",
      "struct { u32 a[2]; }",
      "struct { u32 a[3]; }",
      [
        "additive size value: declared 8 bytes, map has 12 bytes",
        "breaking length value.a: declared 2 elements, map has 3 elements",
      ],
    ],
    [
      "bits",
      "struct { u32 a : 3; }",
      "struct { u32 a : 4; }",
      ["breaking width value.a: declared u32 : 3 at bit 0, map has u32 : 4 at bit 0"],
    ],
    [
      "enumerators",
      "enum e { A, B, C }",
      "enum e { A, B = 5, D }",
      [
        "breaking enum value: declared B = 1, map has B = 5",
        "breaking enum value: declared C = 2, map has no C",
        "additive enum value: declared no D, map has D = 6",
      ],
    ],
    [
      "nested",
      "struct { struct { u8 x; } in[2]; }",
      "struct { struct { s8 x; } in[2]; }",
      ["breaking signedness value.in[].x: declared unsigned u8, map has signed s8"],
    ],
    [
      "anonymous records",
      "struct { union { u32 a; u32 b; }; }",
      "struct { u32 a; }",
      ["breaking missing value.b: declared u32 at 0, map has nothing"],
    ],
  ])("%s", (_, ours, theirs, expected) => {
    expect(findings(ours, theirs)).toEqual(expected);
  });

  test("in a key everything is breaking", () => {
    expect(findings("struct { u32 a; }", "struct { u32 a; u32 b; }", "key")).toEqual([
      "breaking size key: declared 4 bytes, map has 8 bytes",
      "breaking extra key.b: declared nothing, map has u32 at 4",
    ]);
  });
});
