import { expect, test } from "vitest";
import { memberOf, wholeField } from "../../../../src/codec/access/field.ts";
import type { RowColumn } from "../../../../src/codec/json/json-row.ts";
import { isNumberColumn, isUncut, shortTitles } from "../../../../src/output/rows/shown-columns.ts";
import { declared } from "../../../helpers/generated-layouts.ts";
import { layoutOf } from "../../query/typed-rows.ts";

const named = (name: string): RowColumn => ({ name, source: { kind: "index" } });

test.each<[names: string[], titles: string[]]>([
  [
    ["key.a", "value.b"],
    ["a", "b"],
  ],
  [
    ["key.a", "value.a"],
    ["key.a", "value.a"],
  ],
  [
    ["key", "value"],
    ["key", "value"],
  ],
  [
    ["key", "value.key"],
    ["key", "value.key"],
  ],
  [
    ["value.a", "value.a"],
    ["value.a", "value.a"],
  ],
  [
    ["value.a.b", "value.b"],
    ["a.b", "b"],
  ],
  [['value["odd name"]'], ['value["odd name"]']],
  [["sum(value.a)"], ["sum(value.a)"]],
  [
    ["value.constructor", "key.toString"],
    ["constructor", "toString"],
  ],
])("%j have the titles %j", (names, titles) => {
  expect(shortTitles(names.map(named))).toEqual(titles);
});

const RECORD = "struct { u32 n; double f; bool b; enum { A } e; char text[4]; void *p; u8 raw[2]; }";

test.each([
  ["n", true],
  ["f", true],
  ["p", true],
  ["b", false],
  ["e", false],
  ["text", false],
  ["raw", false],
])("the cells of %s are numbers: %s", (name, expected) => {
  const field = memberOf(wholeField("value", declared(RECORD)), name);
  if (field === undefined) throw new Error(`there is no ${name}`);
  const column = (rendering?: string): RowColumn => {
    const layout = rendering === undefined ? field.layout : { ...field.layout, rendering };
    return { name, source: { kind: "field", field: { ...field, layout } } };
  };
  expect(isNumberColumn(column())).toBe(expected);
  expect(isNumberColumn(column("hex"))).toBe(false);
});

test("the numbers of CPUs and entries are numbers", () => {
  expect((["cpu", "index"] as const).map((kind) => isNumberColumn({ name: kind, source: { kind } }))).toEqual([
    true,
    true,
  ]);
});

test.each([
  ["u64", undefined, true],
  ["u32", "ipv4", true],
  ["u8[6]", "mac", true],
  ["u64", "ksym", false],
  ["u64", "cgroup", false],
  ["char[16]", undefined, false],
])("cells of %s shown by %s are never cut: %s", (type, rendering, expected) => {
  const layout = rendering === undefined ? layoutOf(type) : { ...layoutOf(type), rendering };
  const field = { path: "value.f", side: "value", layout, bitOffset: 0, bitfieldBits: 0 } as const;
  expect(isUncut({ name: "value.f", source: { kind: "field", field } })).toBe(expected);
});
