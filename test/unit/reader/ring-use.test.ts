import { expect, test } from "vitest";
import { ringText, ringUse } from "../../../src/reader/ring-use.ts";

const SIZE = 4096;

test.each<[what: string, consumer: bigint, producer: bigint, header: number, pending: number, isFull: boolean]>([
  ["empty", 0n, 0n, 0, 0, false],
  ["empty, after many rounds", 1n << 40n, 1n << 40n, 0, 0, false],
  ["one record of 10 bytes", 0n, 24n, 10, 24, false],
  // 170 records of 24 bytes: 16 bytes are left.
  ["no room for another record", 0n, 4080n, 10, 4080, true],
  ["room for just one more", 0n, 4056n, 10, 4056, false],
  ["one byte must stay free: an exact fit is none", 0n, 4072n, 16, 4072, true],
  ["a record that is being written, and one that was discarded", 0n, 4080n, 0xc000_000a, 4080, true],
  ["full of one record", 0n, 4088n, 4080, 4088, true],
  ["consumed in part", 8000n, 8024n, 10, 24, false],
  ["across the end of 64 bits", 2n ** 64n - 16n, 8n, 16, 24, false],
])("%s", (_what, consumer, producer, header, pending, isFull) => {
  expect(ringUse({ consumer, producer, header }, SIZE, "a ring")).toEqual({
    size: SIZE,
    pending,
    ratio: pending / SIZE,
    isFull,
    consumed: consumer,
  });
});

test.each([
  [0n, 4104n],
  [100n, 0n],
  [0n, 2n ** 63n],
])("positions %s and %s are those of no ring of this size", (consumer, producer) => {
  expect(() => ringUse({ consumer, producer, header: 0 }, SIZE, "map id 7 (rb)")).toThrow(
    /^read the positions of map id 7 \(rb\): \d+ bytes are pending in a ring of 4096/,
  );
});

test.each([
  [4080, true, "ring 100 % full"],
  [4088, false, "ring 99 % full"],
  [2048, false, "ring 50 % full"],
  [24, false, "ring 0 % full"],
])("%i bytes pending, full: %s", (pending, isFull, text) => {
  expect(ringText({ size: SIZE, pending, ratio: pending / SIZE, isFull, consumed: 0n })).toBe(text);
});
