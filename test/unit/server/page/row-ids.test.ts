import { expect, test } from "vitest";
import { viewOf } from "../../../../src/bytes.ts";
import type { RowLocation } from "../../../../src/query/diff/comparisons.ts";
import { RowIds } from "../../../../src/server/page/row-ids.ts";

function row(keys: Uint8Array, place: number, cpu = 0): RowLocation {
  const values = new Uint8Array(0);
  return { keys, keysView: viewOf(keys), k: place * 2, values, valuesView: viewOf(values), v: 0, cpu };
}

test("a number stays with the key, wherever it lies, until it is forgotten", () => {
  const ids = new RowIds(2);
  const keys = Uint8Array.of(1, 2, 0xff, 0xfe);
  expect([ids.of(row(keys, 0)), ids.of(row(keys, 1)), ids.of(row(keys, 0, 1))]).toEqual([0, 1, 2]);
  expect(ids.of(row(Uint8Array.of(0xff, 0xfe), 0))).toBe(1);
  expect(ids.forget(row(keys, 1))).toBe(1);
  expect(ids.forget(row(keys, 1))).toBe(undefined);
  expect(ids.of(row(keys, 1))).toBe(3);
});
