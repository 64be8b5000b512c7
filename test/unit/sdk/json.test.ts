import { expect, test } from "vitest";
import { EbpfMapError, toJSON } from "../../../src/index.ts";

test.each([
  [{ key: 2n ** 64n - 1n, value: [1, -0, 1.5] }, '{"key":18446744073709551615,"value":[1,-0,1.5]}'],
  [{ a: undefined, b: null, c: [undefined], d: () => 1 }, '{"b":null,"c":[null]}'],
  [[Number.NaN, Number.POSITIVE_INFINITY], "[null,null]"],
  [new Uint8Array([0, 255]), '"00ff"'],
  ['a\udcff"\n', '"a\ufffd\\"\\n"'],
  ["🙂", '"🙂"'],
  [JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
  [new Date(0), '"1970-01-01T00:00:00.000Z"'],
  [new EbpfMapError("CLOSED", "gone"), '{"code":"CLOSED","message":"gone"}'],
  [undefined, "null"],
])("toJSON, case %#", (value, expected) => {
  expect(toJSON(value)).toBe(expected);
  expect(() => JSON.parse(toJSON(value))).not.toThrow();
});

test("bigints as strings, bytes as lists", () => {
  expect(toJSON([7n, new Uint8Array([1, 2])], { int64: "string", bytes: "list" })).toBe('["7",[1,2]]');
});

test("a value without an end, and wrong options, are refused", () => {
  const endless: unknown[] = [];
  endless.push(endless);
  expect(() => toJSON(endless)).toThrow(expect.objectContaining({ code: "USAGE" }));
  // @ts-expect-error: no such form
  expect(() => toJSON(1, { int64: "hex" })).toThrow(expect.objectContaining({ code: "USAGE" }));
});
