import { expect, test } from "vitest";
import { memberOf, wholeField } from "../../../../src/codec/access/field.ts";
import { BYTE_RENDERERS } from "../../../../src/output/render/bytes.ts";
import { INTEGER_RENDERERS } from "../../../../src/output/render/integers.ts";
import { compileRender, RENDERERS, rendererOf } from "../../../../src/output/render/render.ts";
import { declared } from "../../../helpers/generated-layouts.ts";
import { layoutOf } from "../../../helpers/layout-of.ts";
import { SURROUNDINGS } from "../../query/run-query.ts";
import { int, type Make, renderedJson, renderedText, word } from "./rendered.ts";

test("all renderers are found by name, and what objects have by nature isn't one", () => {
  const names = [...Object.keys(BYTE_RENDERERS), ...Object.keys(INTEGER_RENDERERS)];
  expect(Object.keys(RENDERERS).sort()).toEqual([...new Set(names)].sort());
  expect(rendererOf("ipv4")).toBe(BYTE_RENDERERS.ipv4);
  expect(rendererOf("ktime")).toBe(INTEGER_RENDERERS.ktime);
  expect([rendererOf("none"), rendererOf("constructor"), rendererOf("toString")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test.each<[string, Make, string, string]>([
  ["uid", int(4), "01000000", '{"text":"daemon","value":1}'],
  ["duration", int(8), word(1500), '{"text":"1.5µs","value":1500}'],
  ["port", int(2), "01bb", "443"],
  ["ipv4", int(4), "0a000001", '"10.0.0.1"'],
])("JSON of %s keeps the value", (name, make, hex, expected) => {
  expect(renderedJson(name, layoutOf(make), hex)).toBe(expected);
});

test("a value of 64 bits beside its text is a string where all are", () => {
  const field = wholeField("value", { ...declared("u64"), rendering: "duration" });
  const bytes = Uint8Array.from(Buffer.from(word(1500), "hex"));
  const rendering = compileRender({ int64: "string", enums: "name" }, SURROUNDINGS)(field);
  expect(rendering?.value?.(bytes, new DataView(bytes.buffer), 0)).toBe('"1500"');
});

test("a field without a renderer, or whose renderer doesn't fit, is shown as it is", () => {
  expect(renderedText("mac", declared("u32"), "01000000")).toBeUndefined();
  expect(renderedText("nothing", declared("u32"), "01000000")).toBeUndefined();
  const plain = memberOf(wholeField("value", declared("struct { u32 a; }")), "a");
  expect(plain && compileRender("text", SURROUNDINGS)(plain)).toBeUndefined();
});

test("every renderer refuses what it can't show", () => {
  const float = wholeField(
    "value",
    layoutOf((b) => b.float("double", 8)),
  );
  for (const [name, renderer] of Object.entries(RENDERERS)) {
    expect([name, typeof renderer.mismatch(float)]).toEqual([name, name === "hex" ? "undefined" : "string"]);
  }
});
