import { describe, expect, test } from "vitest";
import { factOrder, selectedFacts } from "../../../../src/query/facts/fact-order.ts";
import { COLUMNS, ROWS } from "./sample-facts.ts";

describe("orders", () => {
  const sorted = (text: string): number[] => {
    const { compare } = factOrder({ option: "--sort", text }, COLUMNS);
    return [...ROWS].sort(compare).map(({ id }) => id);
  };

  test.each<[string, number[]]>([
    ["memlock", [2, 1, 3]],
    ["memlock:desc", [1, 2, 3]],
    ["type, id:desc", [2, 3, 1]],
    ["pinned:desc", [1, 2, 3]],
  ])("%s", (text, ids) => {
    expect(sorted(text)).toEqual(ids);
  });

  test("names that are no columns are pointed at", () => {
    expect(() => sorted("id,tpe")).toThrow("no column `tpe`; did you mean `type`?\n  id,tpe\n     ^^^");
    expect(() => selectedFacts({ option: "--select", text: "x" }, COLUMNS)).toThrow("no column `x`");
  });
});
