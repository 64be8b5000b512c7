import { expect, test } from "vitest";
import { viewOf } from "../../../../src/bytes.ts";
import { compileAccessor } from "../../../../src/codec/access/accessor.ts";
import { wholeField } from "../../../../src/codec/access/field.ts";
import { bytesLayout, floatLayout, integerLayout } from "../../../../src/query/fields/synthetic-layouts.ts";
import type { Layout } from "../../../../src/schema/layout.ts";

function read(layout: Layout, hex: string): unknown {
  const bytes = Buffer.from(hex, "hex");
  return compileAccessor(wholeField("value", layout))?.(bytes, viewOf(bytes), 0);
}

test.each<[number, boolean, string, string, number | bigint]>([
  [8, true, "s8", "ff", -1],
  [32, false, "u32", "ffffffff", 2 ** 32 - 1],
  [64, true, "s64", "0000000000000080", -(2n ** 63n)],
  [64, false, "u64", "ffffffffffffffff", 2n ** 64n - 1n],
  [128, true, "s128", "ff".repeat(16), -1n],
  [192, false, "u192", `${"00".repeat(16)}0100000000000000`, 2n ** 128n],
])("an integer of %i bits, signed %s", (bits, signed, name, hex, value) => {
  const layout = integerLayout(bits, signed);
  expect([layout.typeName, layout.size]).toEqual([name, bits / 8]);
  expect(read(layout, hex)).toBe(value);
});

test("a double", () => {
  expect(read(floatLayout(), "000000000000e03f")).toBe(0.5);
});

test("bytes are shown as digits, and each is an integer", () => {
  const layout = bytesLayout(3);
  expect([layout.size, layout.typeName, layout.rendering]).toEqual([3, "bytes", "hex"]);
  expect(layout.kind === "array" ? [layout.length, layout.element.size] : []).toEqual([3, 1]);
  expect(read(layout, "010203")).toBeUndefined();
});
