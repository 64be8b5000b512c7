import { expect, test } from "vitest";
import { viewOf } from "../../../../src/bytes.ts";
import { DEFAULT_DECODE_OPTIONS } from "../../../../src/codec/access/value-decoder.ts";
import type { RowLocation } from "../../../../src/query/diff/comparisons.ts";
import { keyedGroups } from "../../../../src/query/follow/keyed-groups.ts";
import type { Query } from "../../../../src/query/query.ts";
import { compileSpec, querySpec } from "../../../../src/sdk/query/compile.ts";
import { rowDecoder } from "../../../../src/sdk/query/locations.ts";
import { batchOf, inputOf, queryOf, sourceOf } from "../../query/typed-rows.ts";
import { numbered, sampleMap } from "../../snapshot/sample-maps.ts";

const TYPES = { key: "u32", value: "struct { u64 packets; char comm[8]; }" };

function locationOf(
  keys: Uint8Array,
  values: Uint8Array,
  [k, v, cpu = 0]: readonly [number, number, number?],
): RowLocation {
  return { keys, keysView: viewOf(keys), k, values, valuesView: viewOf(values), v, cpu };
}

function decoded(query: Query, row: RowLocation): unknown {
  const { key, value, hasCpu } = rowDecoder(query, DEFAULT_DECODE_OPTIONS);
  return { key: key(row), value: value(row), hasCpu };
}

test("key and value of a row that lies anywhere, as a whole or as the selected columns of the value", () => {
  const { keys, values } = batchOf(inputOf(TYPES), [
    [1, { packets: 2, comm: "a" }],
    [3, { packets: 4, comm: "b" }],
  ]);
  const row = locationOf(keys, values, [4, 16]);
  expect(decoded(queryOf(TYPES), row)).toEqual({ key: 3, value: { packets: 4n, comm: "b" }, hasCpu: false });
  expect(decoded(queryOf(TYPES, { select: "key, value.packets" }), row)).toEqual({
    key: 3,
    value: { "value.packets": 4n },
    hasCpu: false,
  });
});

test("of groups both sides are columns, and their number of rows is a number", async () => {
  const groups = keyedGroups(queryOf(TYPES, { groupBy: "value.comm", aggregates: "count(), sum(value.packets)" }));
  const decoder = rowDecoder(groups, DEFAULT_DECODE_OPTIONS);
  const batch = batchOf(inputOf(TYPES), [
    [1, { packets: 2, comm: "a" }],
    [3, { packets: 4, comm: "a" }],
  ]);
  const found: unknown[] = [];
  for await (const run of groups.run(sourceOf(batch))) {
    const row = locationOf(run.batch.keys, run.batch.values, [0, 0]);
    found.push([run.count, decoder.key(row), decoder.value(row)]);
  }
  expect(found).toEqual([[1, { "value.comm": "a" }, { "count()": 2, "sum(value.packets)": 6n }]]);
});

test("rows of CPUs say so", () => {
  const query = queryOf({ ...TYPES, cpus: 2 }, { perCpu: "each" });
  expect(rowDecoder(query, DEFAULT_DECODE_OPTIONS).hasCpu).toBe(true);
});

test("what has no types is bytes of its own", () => {
  const query = compileSpec(sampleMap({ entries: numbered(2) }), querySpec({}));
  const [keys, values] = [
    Uint8Array.from({ length: 8 }, (_, i) => i),
    Uint8Array.from({ length: 16 }, (_, i) => 100 + i),
  ];
  const found = decoded(query, locationOf(keys, values, [4, 8]));
  keys.fill(0);
  values.fill(0);
  expect(found).toEqual({
    key: Uint8Array.of(4, 5, 6, 7),
    value: Uint8Array.of(108, 109, 110, 111, 112, 113, 114, 115),
    hasCpu: false,
  });
});
