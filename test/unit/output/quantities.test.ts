import { expect, test } from "vitest";
import {
  bytesText,
  durationText,
  millisecondsText,
  percentText,
  rateText,
  timestampText,
} from "../../../src/output/quantities.ts";

test.each<[ns: bigint, text: string]>([
  [0n, "0ns"],
  [999n, "999ns"],
  [1000n, "1µs"],
  [1_500_000n, "1.5ms"],
  [999_999_999n, "1000ms"],
  [12_340_000_000n, "12.34s"],
  [45_000_000_000n, "45s"],
  [750_000_000_000n, "12m 30s"],
  [3_600_000_000_000n, "1h"],
  [18_650_000_000_000n, "5h 10m"],
  [273_600_000_000_000n, "3d 4h"],
  [-1_500_000n, "-1.5ms"],
  [-(2n ** 63n), "-106751d 23h"],
])("%d ns are %s", (ns, text) => {
  expect(durationText(ns)).toBe(text);
});

test.each<[milliseconds: number, text: string]>([
  [60, "60ms"],
  [500, "500ms"],
  [1500, "1.5s"],
  [2000, "2s"],
  [60_000, "1m"],
  [90_000, "1m 30s"],
])("%d ms are %s", (milliseconds, text) => {
  expect(millisecondsText(milliseconds)).toBe(text);
});

test.each<[bytes: bigint, text: string]>([
  [0n, "0 B"],
  [1023n, "1023 B"],
  [4096n, "4 KiB"],
  [1536n * 1024n, "1.5 MiB"],
  [21_905_670n, "20.89 MiB"],
  [2n ** 64n - 1n, "16 EiB"],
  [2n ** 80n, "1048576 EiB"],
  [-1024n, "-1 KiB"],
])("%d bytes are %s", (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test.each<[ns: bigint, text: string]>([
  [0n, "1970-01-01T00:00:00.000000000Z"],
  [1_738_324_800_123_456_789n, "2025-01-31T12:00:00.123456789Z"],
  [-1n, "1969-12-31T23:59:59.999999999Z"],
  [2n ** 70n, "+039381-06-16T20:51:57.411303424Z"],
  [2n ** 80n, String(2n ** 80n)],
])("%d ns since 1970 are %s", (ns, text) => {
  expect(timestampText(ns)).toBe(text);
});

test.each<[ratio: number, text: string]>([
  [0, "0.0%"],
  [0.1875, "18.7%"],
  [0.99999, "99.9%"],
  [1, "100.0%"],
  [1.25, "125.0%"],
])("%d is %s", (ratio, text) => {
  expect(percentText(ratio)).toBe(text);
});

test.each<[rate: number, text: string]>([
  [0, "0"],
  [12.34, "12.3"],
  [999.6, "1000"],
  [1000, "1.00k"],
  [1_234_567, "1.23M"],
  [2 ** 63, "9.22E"],
  [-1500, "-1.50k"],
])("%d a second is %s", (rate, text) => {
  expect(rateText(rate)).toBe(text);
});
