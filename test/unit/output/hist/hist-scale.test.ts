import { describe, expect, test } from "vitest";
import { parseScale, type Scale, slotCount, slotLabel } from "../../../../src/output/hist/hist-scale.ts";

describe("scales as they are written", () => {
  test.each<[string, Scale]>([
    ["log2", { kind: "log2" }],
    ["linear", { kind: "linear" }],
    ["bpftrace", { kind: "hist", bits: 0 }],
    ["bpftrace:5", { kind: "hist", bits: 5 }],
    ["linear:0:10", { kind: "lhist", start: 0n, step: 10n, end: undefined }],
    ["linear:-100:25:200", { kind: "lhist", start: -100n, step: 25n, end: 200n }],
  ])("%s", (text, scale) => {
    expect(parseScale(text)).toEqual(scale);
  });

  test.each([
    "",
    "log",
    "log2:1",
    "bpftrace:",
    "bpftrace:6",
    "linear:",
    "linear:1",
    "linear:0:0",
    "linear:5:1:5",
    "linear:a:1",
    "linear:0:-1",
  ])("%j is none", (text) => {
    expect(parseScale(text)).toBeUndefined();
  });
});

/** bpftrace's own functions: the bucket of a value. */
function histBucket(value: bigint, bits: bigint): bigint {
  if (value < 0n) return 0n;
  if (value < 1n << bits) return value + 1n;
  const leftmost = BigInt(value.toString(2).length - 1) - bits;
  return ((leftmost + 1n) << bits) + ((value >> leftmost) & ((1n << bits) - 1n)) + 1n;
}

function lhistBucket(value: bigint, start: bigint, end: bigint, step: bigint): bigint {
  if (value < start) return 0n;
  return 1n + ((value > end ? end : value) - start) / step;
}

/** Whether a label counts a value. */
function counts(label: string, value: bigint): boolean {
  const [, below, from, exact, low, high] = /^(?:< (-?\d+)|>= (-?\d+)|(-?\d+)|(-?\d+) -> (-?\d+))$/.exec(label) ?? [];
  if (below !== undefined) return value < BigInt(below);
  if (from !== undefined) return value >= BigInt(from);
  if (exact !== undefined) return value === BigInt(exact);
  return low !== undefined && high !== undefined && value >= BigInt(low) && value <= BigInt(high);
}

const VALUES = [
  -(2n ** 63n),
  -1n,
  0n,
  1n,
  2n,
  3n,
  4n,
  5n,
  7n,
  8n,
  31n,
  32n,
  33n,
  63n,
  64n,
  225n,
  1000n,
  2n ** 40n - 1n,
  2n ** 40n,
  2n ** 63n - 1n,
];

describe("the values of a slot", () => {
  test.each<[string, slot: number, label: string]>([
    ["log2", 0, "0 -> 1"],
    ["log2", 1, "2 -> 3"],
    ["log2", 63, "9223372036854775808 -> 18446744073709551615"],
    ["linear", 0, "0"],
    ["linear", 7, "7"],
    ["bpftrace", 0, "< 0"],
    ["bpftrace", 1, "0"],
    ["bpftrace", 2, "1"],
    ["bpftrace", 3, "2 -> 3"],
    ["bpftrace", 4, "4 -> 7"],
    ["bpftrace", 12, "1024 -> 2047"],
    ["bpftrace:2", 4, "3"],
    ["bpftrace:2", 8, "7"],
    ["bpftrace:2", 9, "8 -> 9"],
    ["bpftrace:2", 28, "224 -> 255"],
    ["linear:10:5", 0, "< 10"],
    ["linear:10:5", 1, "10 -> 14"],
    ["linear:0:1:10", 10, "9"],
    ["linear:0:1:10", 11, ">= 10"],
    ["linear:0:10:95", 10, ">= 90"],
    ["linear:-10:5", 2, "-5 -> -1"],
  ])("%s, slot %i: %s", (text, slot, label) => {
    const scale = parseScale(text) as Scale;
    expect(slotLabel(scale, slot)).toBe(label);
  });

  test.each([0, 1, 2, 3, 4, 5])("are those that bpftrace counts there: hist() with %i bits", (bits) => {
    const scale: Scale = { kind: "hist", bits };
    for (const value of VALUES) {
      const slot = Number(histBucket(value, BigInt(bits)));
      expect(slot).toBeLessThan(slotCount(scale));
      expect([value, counts(slotLabel(scale, slot), value)]).toEqual([value, true]);
      for (const other of [slot - 1, slot + 1]) {
        if (other >= 0 && other < slotCount(scale)) expect(counts(slotLabel(scale, other), value)).toBe(false);
      }
    }
  });

  test.each([
    [0n, 10n, 1n],
    [0n, 95n, 10n],
    [-100n, 100n, 25n],
    [5n, 1000n, 7n],
  ])("and lhist() from %i to %i by %i", (start, end, step) => {
    const scale: Scale = { kind: "lhist", start, end, step };
    for (const value of [...VALUES, start - 1n, start, start + step, end - 1n, end, end + 1n]) {
      const slot = Number(lhistBucket(value, start, end, step));
      expect(slot).toBeLessThan(slotCount(scale));
      expect([value, slotLabel(scale, slot), counts(slotLabel(scale, slot), value)]).toEqual([
        value,
        slotLabel(scale, slot),
        true,
      ]);
    }
  });
});
