import { expect, test } from "vitest";
import { type Field, memberOf, wholeField } from "../../../../src/codec/access/field.ts";
import { compileJsonField } from "../../../../src/codec/json/json-field.ts";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
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
