import { describe, expect, test } from "vitest";
import { durationText, timestampText } from "../../../../../src/output/quantities.ts";
import { durationOf, timestampOf } from "../../../../../src/query/cel/terms/time-text.ts";

describe("durations", () => {
  test.each<[string, bigint]>([
    ["0", 0n],
    ["0s", 0n],
    ["60s", 60_000_000_000n],
    ["1h30m", 5_400_000_000_000n],
    ["1h30m5s", 5_405_000_000_000n],
    ["1.5ms", 1_500_000n],
    [".5s", 500_000_000n],
    ["1.s", 1_000_000_000n],
    ["100us", 100_000n],
    ["100µs", 100_000n],
    ["100μs", 100_000n],
    ["7ns", 7n],
    ["1.9ns", 1n],
    ["-1.5h", -5_400_000_000_000n],
    ["+1s", 1_000_000_000n],
    // As renderers show them.
    ["2d 3h", 183_600_000_000_000n],
    ["12.34s", 12_340_000_000n],
    ["9223372036854775807ns", 2n ** 63n - 1n],
    ["-9223372036854775807ns", 1n - 2n ** 63n],
    // More digits than a double holds.
    ["4611686018.427387905s", 4_611_686_018_427_387_905n],
  ])("%s", (text, expected) => {
    expect(durationOf(text)).toBe(expected);
  });

  test.each([
    "",
    " ",
    "60",
    "s",
    "60 s",
    "60s ",
    " 60s",
    "1h 30",
    "1h  30m",
    "--1s",
    "1e3s",
    "0x10s",
    "1w",
    "1S",
    ".s",
    "1..5s",
    "1s\n",
    "9223372036854775808ns",
    "300y",
    "292471209d",
    `${"9".repeat(200)}s`,
  ])("no duration: %j", (text) => {
    expect(durationOf(text)).toBeUndefined();
  });
});

test("what renderers show is read back", () => {
  const times = [
    0n,
    1n,
    999n,
    1500n,
    1_234_567n,
    12_345_678_901n,
    3_600_000_000_000n,
    86_399_000_000_000n,
    10n ** 18n,
    -5n,
  ];
  for (const ns of times) {
    const read = durationOf(durationText(ns));
    expect([ns, read !== undefined && Math.abs(Number(read - ns)) <= Math.abs(Number(ns)) / 20]).toEqual([ns, true]);
    expect(timestampOf(timestampText(ns))).toBe(ns);
  }
});

describe("times", () => {
  const noon = BigInt(Date.UTC(2025, 0, 31, 12)) * 1_000_000n;
  test.each<[string, bigint]>([
    ["1970-01-01T00:00:00Z", 0n],
    ["2025-01-31T12:00:00Z", noon],
    ["2025-01-31t12:00:00z", noon],
    ["2025-01-31T12:00:00.5Z", noon + 500_000_000n],
    ["2025-01-31T12:00:00.123456789Z", noon + 123_456_789n],
    ["2025-01-31T14:00:00+02:00", noon],
    ["2025-01-31T06:30:00-05:30", noon],
    ["2024-02-29T00:00:00Z", BigInt(Date.UTC(2024, 1, 29)) * 1_000_000n],
    ["0001-01-01T00:00:00Z", -62_135_596_800_000_000_000n],
    ["9999-12-31T23:59:59Z", 253_402_300_799_000_000_000n],
  ])("%s", (text, expected) => {
    expect(timestampOf(text)).toBe(expected);
  });

  test.each([
    "",
    "2025-01-31",
    "2025-01-31T12:00:00",
    "2025-01-31 12:00:00Z",
    "2025-02-30T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "2025-13-01T00:00:00Z",
    "2025-01-31T24:00:00Z",
    "2025-01-31T12:60:00Z",
    "2025-01-31T12:00:00.Z",
    "2025-01-31T12:00:00.1234567891Z",
    "2025-01-31T12:00:00+25:00",
    "2025-01-31T12:00:00+02:60",
    "+002025-01-31T12:00:00Z",
    "1738324800",
  ])("no time: %j", (text) => {
    expect(timestampOf(text)).toBeUndefined();
  });
});
