import { expect, test } from "vitest";
import { FieldHistory } from "../../../../../src/server/web/data/field-history.ts";
import type { ShownRow } from "../../../../../src/server/web/data/table-model.ts";

function rows(...numbers: readonly number[]): ShownRow[] {
  return numbers.map((number, id) => ({
    row: { id, cells: [String(number)] },
    changedIn: 1,
    changed: undefined,
    rates: undefined,
  }));
}

const measure = ({ row }: ShownRow): number => Number(row.cells[0]);

test("has a value for each time, and none where a row wasn't there", () => {
  const history = new FieldHistory();
  history.add(1, rows(5), measure);
  history.add(2, rows(6, 1), measure);
  history.add(2, rows(7, 7), measure);
  history.add(3, rows(), measure);
  expect(history.times).toEqual([1, 2, 3]);
  expect(history.of(0)).toEqual([5, 6, null]);
  expect(history.of(1)).toEqual([null, 1, null]);
  expect(history.of(9)).toEqual([null, null, null]);
});

test("is bounded in time and in rows", () => {
  const history = new FieldHistory();
  for (let time = 1; time <= 400; time++) {
    const sample = Array.from({ length: 200 }, (_, id) => (id + time) % 200);
    history.add(time, rows(...sample), measure);
  }
  expect(history.times).toHaveLength(300);
  const kept = Array.from({ length: 200 }, (_, id) => history.of(id)).filter((values) =>
    values.some((one) => one !== null),
  );
  expect(kept.length).toBeLessThanOrEqual(80);
  for (const values of kept) expect(values).toHaveLength(300);
});
