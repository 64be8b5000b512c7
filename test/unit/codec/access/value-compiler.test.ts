import { expect, test } from "vitest";
import { ValueCompiler } from "../../../../src/codec/access/value-compiler.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { declared } from "../../../helpers/generated-layouts.ts";

function compiled(text: string, offset = 0): { expression: string; compiler: ValueCompiler } {
  const compiler = new ValueCompiler();
  return { expression: compiler.expression(declared(text), offset), compiler };
}

test.each([
  ["u8", "x[a + 4]"],
  ["s16", "d.getInt16(a + 4, true)"],
  ["u64", "int64(d.getBigUint64(a + 4, true))"],
  ["void *", "d.getBigUint64(a + 4, true)"],
  ["bool", "x[a + 4] !== 0"],
  ["float", "d.getFloat32(a + 4, true)"],
  ["enum { A }", "enumValue(enums[0], d.getUint32(a + 4, true))"],
  ["struct { u8 a; }", "f0(x, d, a + 4)"],
])("%s is read by one expression", (text, expression) => {
  expect(compiled(text, 4).expression).toBe(expression);
});

test("a type has one function, wherever and however often it is used", () => {
  const { compiler } = compiled("struct { struct in { u8 a; } one; struct in two[4]; struct in three; }");
  expect(compiler.functions).toHaveLength(3);
  expect(compiler.records).toBe(2);
});

test("names are data, and never source", () => {
  const { compiler, expression } = compiled("struct { u8 alpha; struct { u8 beta; enum { GAMMA } delta; } inner; }");
  const source = [expression, ...compiler.functions].join("\n");
  expect(compiler.names.toSorted()).toEqual(["alpha", "beta", "delta", "inner"]);
  expect(source).not.toMatch(/alpha|beta|GAMMA|delta|inner/);
  expect(compiler.enums.map(({ values }) => values)).toEqual([[{ name: "GAMMA", value: 0n }]]);
});

test("a float of another size is its bytes", () => {
  const layout: Layout = { kind: "float", size: 16, typeName: "long double", tagged: false };
  expect(new ValueCompiler().expression(layout, 4)).toBe("x.slice(a + 4, a + 4 + 16)");
});

test.each([
  ["char[4]", true],
  ["u8[4]", false],
  ["char[0]", false],
])("%s can be a string: %s", (type, expected) => {
  expect(compiled(type).compiler.functions.some((one) => one.includes("chars("))).toBe(expected);
});
