import { expect, test } from "vitest";
import { type Field, memberOf, wholeField } from "../../../../src/codec/access/field.ts";
import { compileJsonField } from "../../../../src/codec/json/json-field.ts";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { sumLayout } from "../../../../src/query/fields/synthetic-layouts.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { declared } from "../../../helpers/generated-layouts.ts";

/** The JSON of a field of a value that stands behind two other bytes. */
function json(field: Field, hex: string): string {
  const parts: Buffer[] = [];
  const out = new OutputBuffer((bytes) => void parts.push(Buffer.from(bytes)), { capacity: 16 });
  const bytes = Buffer.from(`eeee${hex}`, "hex");
  const print = compileJsonField(field, { int64: "digits", enums: "name" }, () => undefined, out);
  print(bytes, 2);
  out.flush();
  return Buffer.concat(parts).toString();
}

test.each([
  ["u8", "07", "7"],
  ["char[4]", "61620000", '"ab"'],
  ["u16[2]", "01000200", "[1,2]"],
  ["struct { u8 a; bool b; }", "0701", '{"a":7,"b":true}'],
])("%s has no name of its own", (text, hex, expected) => {
  expect(json(wholeField("value", declared(text)), hex)).toBe(expected);
});

test("a member is read at its offset", () => {
  const field = memberOf(wholeField("value", declared("struct { u8 a; u32 b : 4; u32 c : 4; }")), "c");
  expect(field && json(field, "07000000")).toBe("0");
  expect(field && json(field, "07f30000")).toBe("15");
});

const BYTES = 24;
const ALL_ONES = "ff".repeat(BYTES);
const TOP_BIT = `${"00".repeat(BYTES - 1)}80`;

test.each([
  [false, ALL_ONES, String(2n ** 192n - 1n)],
  [false, TOP_BIT, String(2n ** 191n)],
  [true, ALL_ONES, "-1"],
  [true, TOP_BIT, String(-(2n ** 191n))],
])("a sum of 128-bit integers, signed: %s, has all its digits", (signed, hex, expected) => {
  const sum = sumLayout(8 * BYTES, signed, 128);
  expect(json(wholeField("value", sum), hex)).toBe(expected);
  const array: Layout = {
    kind: "array",
    element: sum,
    length: 2,
    size: 2 * BYTES,
    charsDirect: false,
    typeName: "",
    tagged: false,
  };
  expect(json(wholeField("value", array), ALL_ONES + hex)).toBe(`[${signed ? -1 : 2n ** 192n - 1n},${expected}]`);
});
