import { expect, test } from "vitest";
import { bounded, SeriesTable } from "../../../../src/server/series/series-table.ts";

test("the largest stay in the order of the map; what doesn't is added up", () => {
  const table = new SeriesTable(100);
  for (const [labels, value] of [
    ["a", 1],
    ["b", 9],
    ["c", 2n ** 64n],
    ["d", 3],
  ] as const)
    table.add(labels, 0, value);
  expect(bounded(table, 4)).toMatchObject({ other: undefined, others: 0 });
  const { series, other, others } = bounded(table, 2);
  expect(series.map(([labels]) => labels)).toEqual(["b", "c"]);
  expect({ other, others }).toEqual({ other: [4], others: 2 });
});

test("beyond what is kept apart at all, the sum is still right", () => {
  const table = new SeriesTable(2);
  for (const labels of ["a", "b", "c", "a", "d"]) table.add(labels, 0, 5);
  const all = new SeriesTable(2);
  all.addAll(table);
  const { series, other } = bounded(all, 2);
  expect(series).toEqual([
    ["a", [10]],
    ["b", [5]],
  ]);
  expect(other).toEqual([10]);
});
