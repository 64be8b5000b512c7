import { expect, test } from "vitest";
import { nearest, suggestion } from "../../src/nearest.ts";

test.each<[word: string, words: string[], near: string | undefined]>([
  ["flowz", ["FLOWS", "flows"], "flows"],
  ["FLOWZ", ["flows", "FLOWS"], "FLOWS"],
  ["flowz", ["FLOWS"], "FLOWS"],
  ["pakcets", ["bytes", "packets"], "packets"],
  ["packet", ["packets", "packed", "pack"], "packets"],
  ["ab", ["cd", "xyz"], undefined],
  ["x", [], undefined],
])("%s among %j: %s", (word, words, near) => {
  expect(nearest(word, words)).toBe(near);
});

test("where nothing is near, a suggestion says what there is", () => {
  expect(suggestion("pakets", ["packets"])).toBe("; did you mean `packets`?");
  expect(suggestion("zzz", ["a", "b"])).toBe(" (it has `a`, `b`)");
  const fields = Array.from({ length: 10 }, (_, i) => `f${i}`);
  expect(suggestion("zzz", fields)).toContain("`f7`, and 2 more)");
  expect(suggestion("zzz", [])).toBe("");
});
