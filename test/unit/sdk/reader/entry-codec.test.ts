import { expect, test } from "vitest";
import { DEFAULT_DECODE_OPTIONS } from "../../../../src/codec/access/value-decoder.ts";
import { integerLayout } from "../../../../src/query/fields/synthetic-layouts.ts";
import type { EntryShape } from "../../../../src/reader/entries.ts";
import { entryCodec, layoutCodecs } from "../../../../src/sdk/reader/entry-codec.ts";

const U32 = integerLayout(32, false);

function shape(valueSize: number, cpus = 0): EntryShape {
  return { keySize: 4, valueSize, cpus, valueStride: cpus === 0 ? valueSize : 8 * Math.ceil(valueSize / 8) * cpus };
}

function batch(keys: readonly number[], values: readonly number[]) {
  return { count: 1, keys: Uint8Array.from(keys), values: Uint8Array.from(values), errnos: undefined };
}

test("values of all CPUs come as a list, from slots of 8 bytes", () => {
  const perCpu = shape(4, 2);
  const codec = entryCodec(layoutCodecs({ key: U32, value: U32 }, perCpu, DEFAULT_DECODE_OPTIONS), perCpu);
  const entry = batch([1, 0, 0, 0], [5, 0, 0, 0, 9, 9, 9, 9, 6, 1, 0, 0, 9, 9, 9, 9]);
  expect([codec.key(entry, 0), codec.value(entry, 0)]).toEqual([1, [5, 262]]);
});

test("buffers that change between batches are seen", () => {
  const codec = entryCodec(layoutCodecs({ key: U32, value: U32 }, shape(4), DEFAULT_DECODE_OPTIONS), shape(4));
  expect(
    [batch([1, 0, 0, 0], [2, 0, 0, 0]), batch([3, 0, 0, 0], [4, 0, 0, 0])].map((one) => codec.value(one, 0)),
  ).toEqual([2, 4]);
});

test("without types keys and values are bytes, copied", () => {
  const codec = entryCodec(layoutCodecs(undefined, shape(2), DEFAULT_DECODE_OPTIONS), shape(2));
  const entry = batch([1, 2, 3, 4], [5, 6]);
  const value = codec.value(entry, 0);
  entry.values[0] = 9;
  expect(value).toEqual(Uint8Array.of(5, 6));
  expect([...codec.keyBytes(Uint8Array.of(1, 2, 3, 4))]).toEqual([1, 2, 3, 4]);
});

test.each([
  [7, "a number"],
  [Uint8Array.of(1), "1 bytes"],
  ["abcd", "a string"],
  [undefined, "a undefined"],
])("a key of a map without types is 4 bytes, not %j", (given, got) => {
  const codec = entryCodec(layoutCodecs(undefined, shape(2), DEFAULT_DECODE_OPTIONS), shape(2));
  expect(() => codec.keyBytes(given)).toThrow(
    expect.objectContaining({ code: "KEY_INVALID", details: { path: "key", expected: "4 bytes", got } }),
  );
});

test("a key is given as a value or as its bytes, and padded where its type is shorter", () => {
  const wide = { ...shape(4), keySize: 8 };
  const codec = entryCodec(layoutCodecs({ key: U32, value: U32 }, wide, DEFAULT_DECODE_OPTIONS), wide);
  expect([...codec.keyBytes(258)]).toEqual([2, 1, 0, 0, 0, 0, 0, 0]);
  expect([...codec.keyBytes(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});
