import { expect, test } from "vitest";
import { compileAccessor } from "../../../../src/codec/access/accessor.ts";
import { keyedGroups } from "../../../../src/query/follow/keyed-groups.ts";
import type { Query } from "../../../../src/query/query.ts";
import { batchOf, type Entry, inputOf, queryOf, sourceOf } from "../typed-rows.ts";

const MAP = { key: "struct { u8 proto; u16 port; }", value: "u64" };
const ENTRIES: readonly Entry[] = [
  [{ proto: 6, port: 80 }, 1],
  [{ proto: 17, port: 80 }, 2],
  [{ proto: 6, port: 443 }, 4],
];

/** The cells of the rows of a query, and the columns that are keys. */
async function cells(query: Query): Promise<{ keys: (string | undefined)[]; rows: unknown[][] }> {
  const fields = (query.columns ?? []).flatMap(({ source }) => (source.kind === "field" ? [source.field] : []));
  const rows: unknown[][] = [];
  for await (const { batch, count } of query.run(sourceOf(batchOf(inputOf(MAP), ENTRIES)))) {
    for (let row = 0; row < count; row++) {
      rows.push(
        fields.map((field) => {
          const [bytes, size] =
            field.side === "key" ? [batch.keys, query.shape.keySize] : [batch.values, query.shape.valueStride];
          return compileAccessor(field)?.(bytes, new DataView(bytes.buffer), row * size);
        }),
      );
    }
  }
  return { keys: fields.filter(({ side }) => side === "key").map(({ path }) => path), rows };
}

test("what tells groups apart is the key, the aggregates are the value", async () => {
  const query = keyedGroups(queryOf(MAP, { groupBy: "key.proto", aggregates: "sum(value),count()" }));
  expect(await cells(query)).toEqual({
    keys: ["key.proto"],
    rows: [
      [6, 5n, 2n],
      [17, 2n, 1n],
    ],
  });
});

test("of several fields", async () => {
  const query = keyedGroups(queryOf(MAP, { groupBy: "key.port,key.proto", aggregates: "max(value)" }));
  expect(await cells(query)).toEqual({
    keys: ["key.port", "key.proto"],
    rows: [
      [80, 6, 1n],
      [80, 17, 2n],
      [443, 6, 4n],
    ],
  });
});

test("another query stays as it is", () => {
  const query = queryOf(MAP, { where: "value > 1" });
  expect(keyedGroups(query)).toBe(query);
});
