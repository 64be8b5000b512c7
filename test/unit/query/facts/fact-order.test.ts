import { describe, expect, test } from "vitest";
import { factOrder, selectedFacts } from "../../../../src/query/facts/fact-order.ts";
import type { FactColumn } from "../../../../src/query/facts/facts.ts";

interface Row {
  readonly id: number;
  readonly type: string;
  readonly memlock?: number;
  readonly pinned?: readonly string[];
}

const COLUMNS: readonly FactColumn<Row>[] = [
  { name: "id", kind: "integer", value: ({ id }) => BigInt(id) },
  { name: "type", kind: "text", value: ({ type }) => type },
  { name: "memlock", kind: "integer", value: ({ memlock }) => (memlock === undefined ? undefined : BigInt(memlock)) },
  { name: "pinned", kind: "texts", value: ({ pinned }) => pinned },
];

const ROWS: readonly Row[] = [
  { id: 1, type: "hash", memlock: 300, pinned: ["/p/a"] },
  { id: 2, type: "array", memlock: 20, pinned: [] },
  { id: 3, type: "hash" },
];

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
