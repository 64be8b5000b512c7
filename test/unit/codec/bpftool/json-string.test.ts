import { expect, test } from "vitest";
import { dialectOf } from "../../../../src/codec/bpftool/dialect.ts";
import { bpftoolJsonString, invalidJsonReason } from "../../../../src/codec/bpftool/json-string.ts";

test.each<[text: string, newest: string, before72: string]>([
  ["", '""', '""'],
  ["abc", '"abc"', '"abc"'],
  ["\t\n\r\f\b", '"\\t\\n\\r\\f\\b"', '"\\t\\n\\r\\f\\b"'],
  ['"', '"\\""', '"\\""'],
  ["\\", '"\\\\"', '"\\n"'],
  ["'", '"\'"', '"\'"'],
  ["\u0001\u001b", '"\u0001\u001b"', '"\u0001\u001b"'],
  ["é", '"é"', '"é"'],
])("%j", (text, newest, before72) => {
  expect(Buffer.from(bpftoolJsonString(text, dialectOf("7.8"))).toString()).toBe(newest);
  expect(Buffer.from(bpftoolJsonString(text, dialectOf("7.1"))).toString()).toBe(before72);
});

test("bytes that are no UTF-8 pass as they are", () => {
  expect(Buffer.from(bpftoolJsonString("a\udce9", dialectOf("7.8"))).toString("hex")).toBe("2261e922");
});

test.each<[string, string | undefined]>([
  ["abc", undefined],
  ['"\\\b\t\n\f\r', undefined],
  ["é😀", undefined],
  ["\u0001", "control characters, which bpftool does not escape"],
  ["\u000b", "control characters, which bpftool does not escape"],
  ["\u001f", "control characters, which bpftool does not escape"],
  ["\udcff", "bytes that are not UTF-8"],
])("why %j is no valid JSON", (text, reason) => {
  expect(invalidJsonReason(text)).toBe(reason);
  const written = Buffer.from(bpftoolJsonString(text, dialectOf("7.8")));
  const read = (): unknown => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(written));
  if (reason === undefined) expect(read()).toBe(text);
  else expect(read).toThrow();
});
