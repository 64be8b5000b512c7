import { expect, test } from "vitest";
import { commentName, Identifiers, isIdentifier, legalName, originalName } from "../../../../src/btf/c/identifiers.ts";

test.each([
  ["conn_key", "conn_key"],
  ["Stat<u64>", "Stat_u64"],
  ["main.Val", "main_Val"],
  ["(u32, u8)", "u32_u8"],
  ["&str", "str"],
  ["0", "_0"],
  ["int", "int_"],
  ["__int128", "__int128_"],
  ["__builtin_va_list", "__builtin_va_list_"],
  ["bool", "bool"],
  ["", "_"],
  ["é", "_"],
  ["x".repeat(600), "x".repeat(512)],
])("%j is legal as %s", (name, legal) => {
  expect(legalName(name)).toBe(legal);
  expect(isIdentifier(name)).toBe(name === legal);
  expect(isIdentifier(legalName(name))).toBe(true);
});

test("each name is handed out once", () => {
  const names = new Identifiers();
  const taken = ["node", "node", "Stat<u64>", "Stat_u64", "node", "node___2"].map((name) => names.take(name));
  expect(taken).toEqual(["node", "node___2", "Stat_u64", "Stat_u64___2", "node___3", "node___2___2"]);
});

test("10,000 equal names don't take a second", () => {
  const names = new Identifiers();
  const taken = Array.from({ length: 10_000 }, () => names.take("a"));
  expect(new Set(taken).size).toBe(10_000);
});

test("comments show what was changed, and nothing in them ends a comment", () => {
  expect(originalName("node", "struct node")).toBe("");
  expect(originalName("node", "struct node___2")).toBe("/* node */\n");
  expect(originalName("*/ x", "struct x")).toBe("/* \\x2a\\x2f x */\n");
  expect(commentName("Stat<u64, (a)>")).toBe("Stat<u64, \\x28a\\x29>");
});
