import { expect, test } from "vitest";
import { knownTypedef, LANGUAGE_WORDS, languageType } from "../../../../src/btf/c/basic-types.ts";

test.each([
  ["unsigned long", "unsigned long", 8, 0],
  ["long unsigned int", "unsigned long", 8, 0],
  ["int long unsigned long", "unsigned long long", 8, 0],
  ["signed", "int", 4, 1],
  ["short", "short", 2, 1],
  ["signed char", "signed char", 1, 1],
  ["__int128 unsigned", "unsigned __int128", 16, 0],
  ["bool", "_Bool", 1, 4],
])("%s is %s", (words, name, size, encoding) => {
  expect(languageType(words.split(" "))).toMatchObject({ kind: "int", name, size, encoding });
  for (const word of words.split(" ")) expect(LANGUAGE_WORDS.has(word)).toBe(true);
});

test.each(["u32", "long char", "unsigned float", ""])("'%s' is no type of the language", (words) => {
  expect(languageType(words.split(" "))).toBeUndefined();
});

test.each([
  ["u8", "unsigned char"],
  ["__be32", "unsigned int"],
  ["size_t", "unsigned long"],
  ["ktime_t", "long long"],
])("%s stands for %s", (name, target) => {
  expect(knownTypedef(name)).toMatchObject({ name: target });
});

test("other names stand for nothing", () => {
  expect(knownTypedef("conn_t")).toBeUndefined();
  expect(languageType(["double"])).toMatchObject({ kind: "float", size: 8 });
});
