import { expect, test } from "vitest";
import { childrenOf, elementCount } from "../../../../src/codec/access/element-count.ts";
import type { ArrayLayout, Layout } from "../../../../src/schema/layout.ts";
import { declared } from "../../../helpers/generated-layouts.ts";

test.each([
  ["u32", 1],
  ["u32[4]", 5],
  ["struct { u8 a; u16 b; }", 3],
  ["union { u8 a; struct { u8 b; u8 c; }; }", 5],
  ["struct { u8 a[2][3]; } [2]", 1 + 2 * (1 + 1 + 2 * 4)],
  ["struct { } [1000]", 1001],
  ["u8[0]", 1],
])("%s has %i parts", (text, count) => {
  expect(elementCount(declared(text))).toBe(count);
});

test("what doubles at each level is counted in one step each", () => {
  let layout: Layout = declared("u8");
  for (let level = 0; level < 900; level++) layout = pair(layout);
  expect(elementCount(layout)).toBe(2 ** 901 - 1);
});

test("the children of a section are its variables", () => {
  const [u8, u16] = [declared("u8"), declared("u16")];
  const vars = [
    { name: "a", offset: 0, layout: u8 },
    { name: "b", offset: 2, layout: u16 },
  ];
  expect(childrenOf({ kind: "section", size: 4, typeName: ".bss", tagged: false, vars })).toEqual([u8, u16]);
  expect(childrenOf(u8)).toEqual([]);
});

function pair(element: Layout): ArrayLayout {
  return { kind: "array", element, length: 2, charsDirect: false, size: 0, typeName: "", tagged: false };
}
