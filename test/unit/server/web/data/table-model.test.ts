import { expect, test } from "vitest";
import type { MapHead, Row, ShownColumn } from "../../../../../src/server/page/contract.ts";
import {
  modelOf,
  orderedRows,
  rateOf,
  rowName,
  type TableModel,
} from "../../../../../src/server/web/data/table-model.ts";

const KEY: ShownColumn = {
  path: "key",
  title: "key",
  side: "key",
  isQuantity: true,
  rendering: null,
  type: "u32",
  counter: null,
};
const VALUE: ShownColumn = { ...KEY, path: "value.n", title: "n", side: "value", counter: 0 };
const HEAD: MapHead = {
  words: [],
  layout: [],
  c: "",
  untyped: null,
  columns: [KEY, VALUE],
  histogram: null,
  isStream: false,
};

function row(id: number, value: string, more: Partial<Row> = {}): Row {
  return { id, cells: [String(id), value], ...more };
}

function values(model: TableModel, find = "", sort?: string): (string | undefined)[] {
  const order =
    sort === undefined ? undefined : { path: sort.replace(/:desc$/, ""), descending: sort.endsWith(":desc") };
  return orderedRows(model, HEAD, find, order).map(({ row: { cells } }) => cells[1]);
}

test("numbers are ordered by their value, with digits that a number would round", () => {
  const digits = ["9", "10", "18446744073709551615", "18446744073709551614", "-3", "1.5"];
  const model = modelOf({ rows: digits.map((text, id) => row(id, text)) });
  expect(values(model, "", "value.n")).toEqual([
    "-3",
    "1.5",
    "9",
    "10",
    "18446744073709551614",
    "18446744073709551615",
  ]);
  expect(values(model, "", "value.n:desc")[0]).toBe("18446744073709551615");
});

test("a rendered cell is ordered by the value behind it", () => {
  const rows = [row(0, "1 KiB", { raw: { 1: "1024" } }), row(1, "900 B", { raw: { 1: "900" } }), row(2, "none")];
  expect(values(modelOf({ rows }), "", "value.n")).toEqual(["900 B", "1 KiB", "none"]);
});

test("rows are found by any cell, and by the value behind it", () => {
  const model = modelOf({ rows: [row(0, "ABC"), row(1, "10.0.0.1", { raw: { 1: "16777226" } })] });
  expect(values(model, "bc")).toEqual(["ABC"]);
  expect(values(model, "167772")).toEqual(["10.0.0.1"]);
});

test("a change marks the cells that differ, in the update in which it came", () => {
  const model = modelOf({ rows: [row(0, "1"), row(1, "2")] });
  model.change([row(0, "5", { rates: [4] }), row(2, "9")], [1]);
  expect(values(model)).toEqual(["5", "9"]);
  expect(model.row(0)).toMatchObject({ changedIn: 2, changed: new Set([1]) });
  expect(model.row(2)).toMatchObject({ changedIn: 2, changed: undefined });
  model.change([], []);
  expect(model.row(0)?.changedIn).toBe(2);
});

test("all rows anew mark what differs from before", () => {
  const model = modelOf({ rows: [row(0, "1"), row(1, "2")] });
  model.replace([row(0, "1"), row(1, "3")]);
  expect([...model.rows].map(({ changedIn }) => changedIn)).toEqual([1, 2]);
});

test("a rate counts for the update that it came with; a reset has none", () => {
  const model = modelOf({ rows: [row(0, "1"), row(1, "2")] });
  model.change([row(0, "5", { rates: [4] }), row(1, "0", { rates: [null] })], []);
  const rates = (): (number | null)[] => [...model.rows].map((shown) => rateOf(shown, VALUE, model.update));
  expect(rates()).toEqual([4, null]);
  expect(values(model, "", "value.n.rate:desc")).toEqual(["5", "0"]);
  model.change([], []);
  expect(rates()).toEqual([0, 0]);
  expect(rateOf(model.row(0) ?? expect.fail(), KEY, model.update)).toBe(null);
});

test("rows are called by their keys", () => {
  expect(rowName(HEAD, row(3, "x"))).toBe("3");
  expect(rowName({ ...HEAD, columns: [VALUE] }, { id: 0, cells: ["1"] })).toBe("value");
});
