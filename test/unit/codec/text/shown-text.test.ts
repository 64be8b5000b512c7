import { expect, test } from "vitest";
import { ShownText } from "../../../../src/codec/text/shown-text.ts";

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

test.each<[hex: string, json: string, escaped: string, replaced: number]>([
  ["6162", '"ab"', '"ab"', 0],
  ["c3a9", '"é"', '"é"', 0],
  ["efbfbd", '"\ufffd"', '"\ufffd"', 0],
  ["e9", '"\ufffd"', '"\\udce9"', 1],
  ["e9ff61e9", '"\ufffd\ufffda\ufffd"', '"\\udce9\\udcffa\\udce9"', 1],
  ["1b22", '"\\u001b\\""', '"\\u001b\\""', 0],
])("%s in JSON, and how many texts were replaced", (hex, json, escaped, replaced) => {
  const [replacing, escaping] = [new ShownText(), new ShownText("escape")];
  expect(replacing.jsonOfBytes(bytes(hex))).toBe(json);
  expect(escaping.jsonOfBytes(bytes(hex))).toBe(escaped);
  expect([replacing.replaced, escaping.replaced]).toEqual([replaced, 0]);
});

test("names are shown alike and not counted", () => {
  const shown = new ShownText();
  expect([shown.name("a\udce9"), shown.jsonName("a\udce9"), shown.replaced]).toEqual(["a\ufffd", '"a\ufffd"', 0]);
  expect(new ShownText("escape").jsonName("a\udce9")).toBe('"a\\udce9"');
});

test("the note says how many texts, and where to see the bytes", () => {
  const shown = new ShownText();
  expect(shown.note("--text escape shows them")).toBeUndefined();
  shown.of("\udcff");
  expect(shown.note("cure")).toBe("Note: 1 text has bytes that are not UTF-8, shown as U+FFFD (cure)");
  shown.of("\udcff\udcff");
  expect(shown.note("cure")).toBe("Note: 2 texts have bytes that are not UTF-8, shown as U+FFFD (cure)");
});
