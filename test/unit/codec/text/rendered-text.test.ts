import { expect, test } from "vitest";
import { viewOf } from "../../../../src/bytes.ts";
import { type RenderedText, renderedJson } from "../../../../src/codec/text/rendered-text.ts";
import { ShownText } from "../../../../src/codec/text/shown-text.ts";

const text = (bytes: Uint8Array, _: DataView, at: number): string => `<"${bytes[at]}">`;

test.each<readonly [string, RenderedText, string]>([
  ["a text in the place of its value", { text }, '"<\\"7\\">"'],
  ["a number", { text: (bytes, _, at) => String(bytes[at]), isNumber: true }, "7"],
  [
    "a text beside the value that it doesn't express",
    { text: () => "seven", value: () => "7" },
    '{"text":"seven","value":7}',
  ],
])("%s", (_, rendered, expected) => {
  const bytes = Uint8Array.of(5, 7);
  expect(renderedJson(rendered, new ShownText(), bytes, viewOf(bytes), 1)).toBe(expected);
});

test("what is no UTF-8 is replaced and counted as elsewhere", () => {
  const shown = new ShownText();
  const bytes = Uint8Array.of(0);
  expect(renderedJson({ text: () => "a\udcff" }, shown, bytes, viewOf(bytes), 0)).toBe('"a\ufffd"');
  expect(shown.replaced).toBe(1);
});
