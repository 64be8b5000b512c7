import { expect, test } from "vitest";
import { type Field, wholeField } from "../../../../src/codec/access/field.ts";
import type { JsonOptions } from "../../../../src/codec/json/json-options.ts";
import { JsonCompiler, type Render } from "../../../../src/codec/json/json-program.ts";
import * as Op from "../../../../src/codec/text/ops.ts";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { ProgramWriter } from "../../../../src/codec/text/program.ts";
import { ShownText } from "../../../../src/codec/text/shown-text.ts";
import { textEngine } from "../../../../src/codec/text/text-engine.ts";
import { declared } from "../../../helpers/generated-layouts.ts";

const DIGITS: JsonOptions = { int64: "digits", enums: "name" };

interface Printing {
  readonly options?: JsonOptions;
  readonly render?: Render;
  readonly shown?: ShownText;
}

/** The JSON of a value of a type that is declared in C. */
function json(
  type: string,
  hex: string,
  { options = DIGITS, render = () => undefined, shown = new ShownText() }: Printing = {},
): string {
  const field: Field = wholeField("value", declared(type));
  const values = Uint8Array.from(Buffer.from(hex, "hex"));
  const writer = new ProgramWriter();
  const code = writer.routine();
  const place = { slot: 1, offset: 0, end: values.length };
  new JsonCompiler(writer, options, render, shown).field(code, field, place, 2);
  code.op(Op.END);
  const parts: string[] = [];
  const out = new OutputBuffer((bytes) => void parts.push(Buffer.from(bytes).toString()), { capacity: 16, shown });
  const sizes = { keySize: 0, valueStride: values.length };
  textEngine(out).row(writer.link(), { keys: new Uint8Array(0), values }, sizes, {
    key: 0,
    value: 0,
    cpu: 0,
    index: 0,
  });
  out.flush();
  return parts.join("");
}

test.each<readonly [string, string, string]>([
  ["struct { u8 a; struct { u8 b; }; union { u8 c; u8 d; } e; }", "010203", '{"a":1,"b":2,"e":{"c":3,"d":3}}'],
  ["struct { u32 a : 3; s32 b : 5; }", "ff000000", '{"a":7,"b":-1}'],
  ["u8[3]", "010203", "[1,2,3]"],
  ["u8[2][2]", "01020304", "[[1,2],[3,4]]"],
  ["struct { u8 a; }[2]", "0102", '[{"a":1},{"a":2}]'],
  ["struct { u8 a; u8 none[0]; }", "01", '{"a":1,"none":[]}'],
  ["u64", "ffffffffffffffff", "18446744073709551615"],
])("%s", (type, hex, expected) => {
  expect(json(type, hex)).toBe(expected);
});

test("long integers as strings, so that no reader rounds them", () => {
  expect(
    json("struct { u64 a; u32 b; }", "ffffffffffffffff0100000000000000", { options: { ...DIGITS, int64: "string" } }),
  ).toBe('{"a":"18446744073709551615","b":1}');
});

test("enums by name, by number, or both", () => {
  const type = "enum { NO, YES }";
  const shown = (["name", "number", "both"] as const).map((enums) =>
    json(type, "01000000", { options: { ...DIGITS, enums } }),
  );
  expect(shown).toEqual(['"YES"', "1", '{"name":"YES","value":1}']);
  expect(json(type, "07000000")).toBe("7");
});

test("a renderer's text stands in the place of its field alone", () => {
  const render: Render = ({ path }) =>
    path === "value.b" ? { text: (bytes, _, at) => `<${bytes[at + 1]}>` } : undefined;
  expect(json("struct { u8 a; u8 b; }", "0102", { render })).toBe('{"a":1,"b":"<2>"}');
});

test("text that isn't UTF-8 is replaced and counted, or escaped", () => {
  const shown = new ShownText();
  expect([json("char[4]", "61ff0000", { shown }), shown.replaced]).toEqual(['"a\ufffd"', 1]);
  expect(json("char[4]", "61ff0000", { shown: new ShownText("escape") })).toBe('"a\\udcff"');
});
