import { describe, expect, test } from "vitest";
import { factFilter } from "../../../../src/query/facts/fact-filter.ts";
import { COLUMNS, ROWS } from "./sample-facts.ts";

const where = (text: string): number[] => {
  const { keeps } = factFilter({ option: "--where", text }, COLUMNS);
  return ROWS.filter(keeps).map(({ id }) => id);
};

describe("conditions", () => {
  test.each<[string, number[]]>([
    ['type == "hash"', [1, 3]],
    ['type.startsWith("ha") && "type" != type', [1, 3]],
    ["memlock > 100", [1]],
    ["memlock > 1e2", [1]],
    ["memlock < 1000", [1, 2]],
    ["pinned.size() > 0", [1]],
    ['pinned.exists(p, p.startsWith("/p"))', [1]],
    ["id in [2, 3]", [2, 3]],
  ])("%s", (text, ids) => {
    expect(where(text)).toEqual(ids);
  });

  test.each<[string, string]>([
    ["memlok > 1", "no column `memlok`; did you mean `memlock`?\n  memlok > 1\n  ^^^^^^"],
    ["id", "a condition is true or false, this is int"],
    ['id == "a"', "no such overload: int == string"],
    ["id >", "--where:"],
  ])("%s is wrong", (text, message) => {
    expect(() => where(text)).toThrow(message);
  });

  test("tell what they read", () => {
    const { names } = factFilter({ option: "--where", text: "id > 1 || pinned.exists(p, p == type)" }, COLUMNS);
    expect([...names].sort()).toEqual(["id", "pinned", "type"]);
  });
});
