import { expect, test } from "vitest";
import { matchesGlob } from "../../../../src/reader/names/name-pattern.ts";

test.each<[string, string, boolean]>([
  ["cali_v4_fw", "cali_*", true],
  ["cali", "cali_*", false],
  ["xcali_", "cali_*", false],
  ["a.rodata", "*.rodata", true],
  ["axrodata", "*.rodata", false],
  ["flow1", "flow?", true],
  ["flow", "flow?", false],
  ["flow1", "flow[0-3]", true],
  ["flow4", "flow[0-3]", false],
  ["flow4", "flow[!0-3]", true],
  ["flowx", "flow[xyz]", true],
  ["flow[", "flow[", true],
  ["", "*", true],
  ["abcabd", "*ab?", true],
  ["anything", "***", true],
  ["ab", "a*b*c", false],
])("%s and %s: %s", (text, pattern, matches) => {
  expect(matchesGlob(text, pattern)).toBe(matches);
});

test("many stars take no longer than the product of the lengths", () => {
  expect(matchesGlob("a".repeat(2000), `${"*a".repeat(500)}b`)).toBe(false);
});
