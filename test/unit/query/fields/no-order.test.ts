import { expect, test } from "vitest";
import { noOrderText } from "../../../../src/query/fields/no-order.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { layoutOf } from "../typed-rows.ts";

test.each<[string, Layout, string]>([
  ["a record", layoutOf("struct s { u32 a; }"), "`value.x` is `struct s`, which has no order (name one of its fields)"],
  [
    "an unnamed record",
    layoutOf("union { u32 a; }"),
    "`value.x` is `anonymous union`, which has no order (name one of its fields)",
  ],
  [
    "an array",
    layoutOf("u32[4]"),
    "`value.x` is an array, which has no order (an element can be sorted by: value.x[0])",
  ],
  [
    "what CPUs differ in",
    { ...layoutOf("u32[4]"), counted: true } as Layout,
    "`value.x` may differ between CPUs and so has no order (--per-cpu each keeps them apart)",
  ],
])("%s", (_, layout, text) => {
  expect(noOrderText({ path: "value.x", side: "value", layout, bitOffset: 0, bitfieldBits: 0 })).toBe(text);
});
