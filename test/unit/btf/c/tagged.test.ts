import { expect, test } from "vitest";
import { isTagged, joined, keywordOf, parenthesized } from "../../../../src/btf/c/tagged.ts";
import type { BtfType } from "../../../../src/btf/types.ts";

test.each<[BtfType, string | undefined]>([
  [{ kind: "struct", name: "s", size: 0, members: [] }, "struct"],
  [{ kind: "union", name: "u", size: 0, members: [] }, "union"],
  [{ kind: "enum", name: "e", size: 4, signed: false, values: [] }, "enum"],
  [{ kind: "enum64", name: "e", size: 8, signed: false, values: [] }, "enum"],
  [{ kind: "fwd", name: "s", union: false }, "struct"],
  [{ kind: "fwd", name: "u", union: true }, "union"],
  [{ kind: "typedef", name: "t", type: 0 }, undefined],
])("%j has the keyword %s", (type, keyword) => {
  expect(isTagged(type) ? keywordOf(type) : undefined).toBe(keyword);
});

test("words stand in front of a declarator, brackets directly behind them", () => {
  expect([joined("int", "a"), joined("int", "[4]"), joined("int", ""), joined("", "a")]).toEqual([
    "int a",
    "int[4]",
    "int",
    "a",
  ]);
  expect([parenthesized("*a"), parenthesized("a")]).toEqual(["(*a)", "a"]);
});
