import { describe, expect, test } from "vitest";
import { strtoul } from "../../../../src/cli/args/strtoul.ts";

const MAX = 18446744073709551615n;

describe("base 0", () => {
  test.each<[string, bigint | undefined]>([
    ["0", 0n],
    ["7", 7n],
    ["007", 7n],
    ["032", 26n],
    ["0x1a", 26n],
    ["0X1A", 26n],
    ["", 0n],
    [" 26", 26n],
    ["\t\n\v\f\r 26", 26n],
    ["+26", 26n],
    ["-1", MAX],
    ["-0", 0n],
    ["-18446744073709551615", 1n],
    ["4294967322", 4294967322n],
    ["9007199254740993", 9007199254740993n],
    ["18446744073709551615", MAX],
    ["18446744073709551616", MAX],
    ["-18446744073709551616", MAX],
    [`1${"0".repeat(100_000)}`, MAX],
    [`${"0".repeat(100_000)}7`, 7n],
    ["26x", undefined],
    ["1e3", undefined],
    ["1.0", undefined],
    ["26 ", undefined],
    ["08", undefined],
    ["0x", undefined],
    ["0xg", undefined],
    [" ", undefined],
    ["+", undefined],
    ["+-1", undefined],
    ["- 1", undefined],
    ["1_000", undefined],
    ["0b11", undefined],
    ["\u00a026", undefined],
  ])("%j", (text, value) => {
    expect(strtoul(text, 0, false)).toBe(value);
  });
});

describe("base 0 with 0b", () => {
  test.each<[string, bigint | undefined]>([
    ["0b11", 3n],
    ["0B101", 5n],
    ["-0b1", MAX],
    ["0b", undefined],
    ["0b2", undefined],
    ["0b12", undefined],
  ])("%j", (text, value) => {
    expect(strtoul(text, 0, true)).toBe(value);
  });
});

describe("base 16", () => {
  test.each<[string, bigint | undefined]>([
    ["1f", 31n],
    ["FF", 255n],
    ["0x1f", 31n],
    ["0b1", 177n],
    ["010", 16n],
    ["", 0n],
    ["0x", undefined],
    ["g", undefined],
  ])("%j", (text, value) => {
    expect(strtoul(text, 16, true)).toBe(value);
  });
});
