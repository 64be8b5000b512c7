import { expect, test } from "vitest";
import { DEFAULT_DECODE_OPTIONS } from "../../../../src/codec/access/value-decoder.ts";
import { columnsOf } from "../../../../src/sdk/query/columns.ts";
import { batchOf, inputOf, queryOf, runOf, sourceOf } from "../../query/typed-rows.ts";

const TYPES = { key: "u32", value: "struct { u64 packets; u8 state; }" };

test("a row is an object of its columns: fields, places and CPUs", () => {
  const query = queryOf(TYPES, { select: "key, value.packets, entry.index" });
  const run = runOf(inputOf(TYPES), [
    [7, { packets: 5, state: 1 }],
    [8, { packets: 6, state: 0 }],
  ]);
  const row = columnsOf(query, DEFAULT_DECODE_OPTIONS);
  expect([row(run, 0), row(run, 1)]).toEqual([
    { key: 7, "value.packets": 5n, "entry.index": 0 },
    { key: 8, "value.packets": 6n, "entry.index": 1 },
  ]);
});

test("the rows of a group are a number, sums are exact", async () => {
  const query = queryOf(TYPES, { groupBy: "value.state", aggregates: "count(), sum(value.packets)" });
  const entries = [1, 2, 3].map((key) => [key, { packets: "18446744073709551615", state: 1 }] as const);
  const row = columnsOf(query, DEFAULT_DECODE_OPTIONS);
  const rows: object[] = [];
  for await (const run of query.run(sourceOf(batchOf(inputOf(TYPES), entries)))) rows.push(row(run, 0));
  expect(rows).toEqual([{ "value.state": 1, "count()": 3, "sum(value.packets)": 3n * (2n ** 64n - 1n) }]);
});

test("a name that objects have a meaning for is a property like any other", () => {
  const types = { value: "struct { u32 __proto__; u32 constructor; }" };
  const query = queryOf(types, { select: "value.__proto__, value.constructor" });
  const named = {
    ...query,
    columns: query.columns?.map((column) => ({ ...column, name: column.name.replace("value.", "") })),
  };
  const run = runOf(inputOf(types), [[null, { ["__proto__"]: 3, constructor: 4 }]]);
  const row = columnsOf(named, DEFAULT_DECODE_OPTIONS)(run, 0);
  expect(Object.entries(row)).toEqual([
    ["__proto__", 3],
    ["constructor", 4],
  ]);
  expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
});
