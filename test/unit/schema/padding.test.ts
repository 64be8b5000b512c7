import { expect, test } from "vitest";
import { declareType } from "../../../src/schema/c/declaration.ts";
import { layoutFromBtf } from "../../../src/schema/from-btf.ts";
import type { Layout } from "../../../src/schema/layout.ts";
import { layoutTree } from "../../../src/schema/layout-tree.ts";
import { paddingMask } from "../../../src/schema/padding.ts";
import { TypeTable } from "../../../src/schema/type-table.ts";

function declared(text: string): Layout {
  const table = new TypeTable();
  return layoutFromBtf(table, declareType(table, text));
}

test.each([
  ["u64", "0000000000000000"],
  ["struct { u8 a; u32 b; u8 c; }", "00ffffff0000000000ffffff"],
  ["struct { u8 a : 3; u8 b : 2; }", "e0"],
  ["struct { struct { u8 x; u16 y; } in[2]; }", "00ff000000ff0000"],
  ["struct { union { u8 a; u32 b; }; u8 c; }", "0000000000ffffff"],
  ["struct { union { u8 a; struct { u16 p; u8 q; } b; }; }", "000000ff"],
  ["struct { }", ""],
])("%s", (text, mask) => {
  expect(Buffer.from(paddingMask(declared(text))).toString("hex")).toBe(mask);
});

test("a layout is shown with its holes", () => {
  const text =
    "struct conn { u8 proto; u32 addr[2]; struct { u8 x; u16 y; } in; u32 zone : 3; u32 : 2; u32 flags : 4; union { u32 raw; u16 half; }; u8 end; }";
  expect(layoutTree(declared(text), "value")).toBe(
    [
      "       0       28  value                     struct conn",
      "       0        1    proto                   u8",
      "       1        3    (hole)",
      "       4        8    addr                    u32[2]",
      "      12        4    in                      struct",
      "      12        1      x                     u8",
      "      13        1      (hole)",
      "      14        2      y                     u16",
      "    16:0   3 bits    zone                    u32",
      "    16:3   2 bits    (hole)",
      "    16:5   4 bits    flags                   u32",
      "    17:1  23 bits    (hole)",
      "      20        4    (anonymous)             union",
      "      20        4      raw                   u32",
      "      20        2      half                  u16",
      "      24        1    end                     u8",
      "      25        3    (padding)",
      "",
    ].join("\n"),
  );
});
