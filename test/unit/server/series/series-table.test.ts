import { describe, expect, test } from "vitest";
import { bounded, SeriesTable } from "../../../../src/server/series/series-table.ts";

function tableOf(values: readonly (readonly [labels: string, value: number | bigint])[], most = 100): SeriesTable {
  const table = new SeriesTable(most);
  for (const [labels, value] of values) table.add(labels, 0, value);
  return table;
}

/** The label sets that stay. */
function kept(table: SeriesTable, most: number): string[] {
  const { stays } = bounded(table, most);
  return [...table.rows].flatMap(([labels, row]) => (stays === undefined || stays[row] === 1 ? [labels] : []));
}

test("equal label sets are added up, slot by slot, exactly", () => {
  const table = new SeriesTable(100);
  table.add("a", 0, 2 ** 53);
  table.add("b", 2, 7);
  table.add("a", 0, 1);
  table.add("c", 2, 1);
  table.add("a", 2, 4);
  expect([...table.rows.keys()]).toEqual(["a", "b", "c"]);
  const numbers = [0, 1, 2].map((row) => [0, 1, 2].map((slot) => table.at(row, slot)));
  expect(numbers).toEqual([
    [2n ** 53n + 1n, 0, 4],
    [0, 0, 7],
    [0, 0, 1],
  ]);
});

describe("where there are too many", () => {
  const table = tableOf([
    ["a", 1],
    ["b", 9],
    ["c", 2n ** 64n],
    ["d", 3],
  ]);

  test("the largest stay in the order of the map; what doesn't is added up", () => {
    expect(bounded(table, 4)).toEqual({ stays: undefined, other: undefined, others: 0 });
    expect(kept(table, 2)).toEqual(["b", "c"]);
    expect(bounded(table, 2)).toMatchObject({ other: [4], others: 2 });
    expect(kept(table, 1)).toEqual(["c"]);
  });

  test("of equal ones the first stay, and what is no number goes first", () => {
    const equal = tableOf([
      ["nan", Number.NaN],
      ["a", 5],
      ["b", 5],
      ["c", 6],
      ["d", 5],
    ]);
    expect(kept(equal, 3)).toEqual(["a", "b", "c"]);
    expect(bounded(equal, 3).other).toEqual([Number.NaN]);
    expect(kept(equal, 4)).toEqual(["a", "b", "c", "d"]);
  });

  test("a histogram's size is that of all its slots", () => {
    const slots = new SeriesTable(100);
    for (const slot of [1, 2, 3]) slots.add("many", slot, 4);
    slots.add("one", 5, 10);
    slots.add("small", 9, 1);
    expect(kept(slots, 1)).toEqual(["many"]);
    expect(bounded(slots, 1).other).toEqual([0, 0, 0, 0, 0, 10, 0, 0, 0, 1]);
  });
});

test("beyond what is kept apart at all, the sum is still right, also of several maps", () => {
  const table = tableOf(
    ["a", "b", "c", "a", "d"].map((labels) => [labels, 5] as const),
    2,
  );
  const all = new SeriesTable(2);
  all.addAll(table);
  all.addAll(table);
  expect([...all.rows]).toEqual([
    ["a", 0],
    ["b", 1],
  ]);
  expect([all.at(0, 0), all.at(1, 0)]).toEqual([20, 10]);
  expect(bounded(all, 2)).toEqual({ stays: undefined, other: [20], others: 4 });
});
