import { expect, test } from "vitest";
import { entryText, hasBytes } from "../../../src/snapshot/entry-text.ts";

test.each([
  [{ keySize: 2, valueStride: 3 }, '{"key":"kkkk","value":"vvvvvv"}\n'],
  [{ keySize: 0, valueStride: 1 }, '{"value":"vv"}\n'],
  [{ keySize: 1, valueStride: 0 }, '{"key":"kk","value":""}\n'],
])("the text around the digits of %j", ({ keySize, valueStride }, line) => {
  const text = entryText({ keySize, valueStride, valueSize: valueStride, cpus: 0 });
  const { head, middle, tail, keyAt, middleAt, valueAt, tailAt } = text;
  const made = Buffer.alloc(text.length, "?");
  made.set(head);
  made.fill("k", keyAt, keyAt + 2 * keySize);
  made.set(middle, middleAt);
  made.fill("v", valueAt, valueAt + 2 * valueStride);
  made.set(tail, tailAt);
  expect(made.toString()).toBe(line);
});

test("hasBytes compares at a position, and ends with the bytes", () => {
  const bytes = Buffer.from("abcdef");
  expect(hasBytes(bytes, 2, Buffer.from("cd"))).toBe(true);
  expect(hasBytes(bytes, 2, Buffer.from("ce"))).toBe(false);
  expect(hasBytes(bytes, 5, Buffer.from("fg"))).toBe(false);
  expect(hasBytes(bytes, 6, Buffer.alloc(0))).toBe(true);
});
