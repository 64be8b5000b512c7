import { expect, test } from "vitest";
import { EbpfMapError } from "../../../src/errors.ts";
import type { Layout } from "../../../src/schema/layout.ts";
import { layoutTree } from "../../../src/schema/layout-tree.ts";
import { declared } from "../../helpers/generated-layouts.ts";

test("fields with their offsets, sizes and types; holes and padding have lines of their own", () => {
  const text = layoutTree(
    declared(
      "struct conn { u8 kind; u32 flags : 3; u32 mode : 7; union { u32 ip; u8 bytes[4]; }; struct { u16 a; } list[2]; u64 sum; u8 end; }",
    ),
    "value",
  );
  expect(text.split("\n").map((line) => line.replace(/ +/g, " ").trim())).toEqual([
    "0 32 value struct conn",
    "0 1 kind u8",
    "1:0 3 bits flags u32",
    "1:3 7 bits mode u32",
    "2:2 14 bits (hole)",
    "4 4 (anonymous) union",
    "4 4 ip u32",
    "4 4 bytes u8[4]",
    "8 4 list struct {...}[2]",
    "8 2 a u16",
    "12 4 (hole)",
    "16 8 sum u64",
    "24 1 end u8",
    "25 7 (padding)",
    "",
  ]);
});

test("a field's unit stands behind its type", () => {
  const u64 = declared("u64");
  const fields = [{ name: "rtt", bitOffset: 0, bitfieldBits: 0, layout: u64, tags: ["ebpf-map:duration"] }];
  const layout: Layout = { kind: "struct", size: 8, fields, typeName: "struct s", tagged: false };
  expect(layoutTree(layout, "value")).toMatch(/ rtt +u64, in ns\n$/);
});

test("control characters in names are escaped, so that each field is one line", () => {
  const u32 = declared("u32");
  const fields = ["new\nline", "a\u0001", "caf\u00e9", "line\u2028"].map((name) => {
    return { name, bitOffset: 0, bitfieldBits: 0, layout: u32 };
  });
  const layout: Layout = { kind: "union", size: 4, fields, typeName: "union \u001b[31m", tagged: false };
  expect(
    layoutTree(layout, "value")
      .split("\n")
      .map((line) => line.replace(/ +/g, " ").trim()),
  ).toEqual([
    "0 4 value union \\u001b[31m",
    "0 4 new\\u000aline u32",
    "0 4 a\\u0001 u32",
    "0 4 caf\u00e9 u32",
    "0 4 line\\u2028 u32",
    "",
  ]);
});

test("a layout of too many lines is refused", () => {
  let layout = declared("u32");
  for (let i = 0; i < 20; i++) {
    const field = (name: string) => ({ name, bitOffset: 0, bitfieldBits: 0, layout });
    layout = { kind: "union", size: 4, fields: [field("a"), field("b")], typeName: "", tagged: false };
  }
  expect(() => layoutTree(layout, "value")).toThrow(EbpfMapError);
  expect(() => layoutTree(layout, "value")).toThrow("show a type: it has more than 20000 parts");
});
