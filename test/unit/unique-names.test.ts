import { describe, expect, test } from "vitest";
import { uniqueNames } from "../../src/unique-names.ts";

describe("names that are all different", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["those that are", ["a", "b"], ["a", "b"]],
    ["none", [], []],
    ["one without a name", [""], ["_0"]],
    ["two without a name", ["", ""], ["_0", "_1"]],
    ["counted among the unnamed alone", ["a", "", "b", ""], ["a", "_0", "b", "_1"]],
    ["a name twice and more", ["a", "a", "a"], ["a", "a_1", "a_2"]],
    ["two names twice", ["a", "b", "a", "b"], ["a", "b", "a_1", "b_1"]],
    ["a real name before", ["_0", ""], ["_0", "_0_1"]],
    ["a real name behind", ["", "_0"], ["_0_1", "_0"]],
    ["the second unnamed against a real name", ["", "", "_1"], ["_0", "_1_1", "_1"]],
    ["a repeated name against a real one", ["a", "a", "a_1"], ["a", "a_2", "a_1"]],
    ["a repeated name that real ones follow", ["a_1", "a", "a", "a"], ["a_1", "a", "a_2", "a_3"]],
    ["repeats of what looks like a repeat", ["a", "a", "a_1", "a_1"], ["a", "a_2", "a_1", "a_1_1"]],
    ["a repeat of an unnamed one's name", ["", "_0", "_0"], ["_0_1", "_0", "_0_2"]],
    ["what objects have by themselves", ["__proto__", "__proto__"], ["__proto__", "__proto___1"]],
  ])("%s", (_, names, expected) => {
    expect(uniqueNames(names)).toEqual(expected);
  });

  test("of 60,000 that all collide", () => {
    const names = Array.from({ length: 60_000 }, (_, i) => (i % 2 === 0 ? "a" : `a_${(i + 1) / 2}`));
    const unique = uniqueNames(names);
    expect(new Set(unique).size).toBe(60_000);
    expect(unique.filter((_, i) => i % 2 === 1)).toEqual(names.filter((_, i) => i % 2 === 1));
  });
});
