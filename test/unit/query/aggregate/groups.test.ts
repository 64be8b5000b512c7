import { describe, expect, test } from "vitest";
import { compileQuery, type QuerySpec } from "../../../../src/query/query.ts";
import type { EntryBatch, EntrySource } from "../../../../src/reader/entries.ts";
import { declareType } from "../../../../src/schema/c/declaration.ts";
import { layoutFromBtf } from "../../../../src/schema/from-btf.ts";
import { TypeTable } from "../../../../src/schema/type-table.ts";

const TYPE = "struct { u64 id; s64 n; u64 u; }";
const SIZE = 24;

type Row = readonly [id: number, n: bigint, u: bigint];

function batchOf(rows: readonly Row[]): EntryBatch {
  const values = Buffer.alloc(rows.length * SIZE);
  for (const [i, [id, n, u]] of rows.entries()) {
    values.writeBigUInt64LE(BigInt(id), i * SIZE);
    values.writeBigInt64LE(n, i * SIZE + 8);
    values.writeBigUInt64LE(u, i * SIZE + 16);
  }
  return { count: rows.length, keys: new Uint8Array(0), values, errnos: undefined };
}

/** What groups by `value.id` are: the bytes of each as 64-bit numbers, and how many were evicted. */
async function grouped(
  batches: readonly EntryBatch[],
  aggregates: string,
  more: QuerySpec = {},
): Promise<{ groups: bigint[][]; evicted: number }> {
  const table = new TypeTable();
  const value = layoutFromBtf(table, declareType(table, TYPE));
  const query = compileQuery(
    {
      groupBy: { option: "--group-by", text: "value.id" },
      aggregates: { option: "--agg", text: aggregates },
      ...more,
    },
    {
      entryTypes: { key: undefined, value, untyped: undefined },
      shape: { keySize: 0, valueSize: SIZE, cpus: 0, valueStride: SIZE },
    },
  );
  const left = [...batches];
  const source = { next: () => left.shift() } as Partial<EntrySource> as EntrySource;
  const groups: bigint[][] = [];
  for await (const { batch, count } of query.run(source)) {
    const words = new BigInt64Array(batch.values.buffer);
    const each = query.shape.valueStride / 8;
    for (let i = 0; i < count; i++) groups.push(Array.from(words.subarray(i * each, (i + 1) * each)));
  }
  return { groups, evicted: query.counts.evicted };
}

const LEAST = -(2n ** 63n);
const MOST = 2n ** 64n - 1n;

describe("64-bit integers", () => {
  test.each<[name: string, aggregate: string, numbers: readonly bigint[], expected: bigint[]]>([
    ["a negative sum", "sum(value.n)", [-1n, -2n, 1n], [-2n, -1n]],
    ["a sum that needs more than 64 bits", "sum(value.n)", [LEAST, LEAST], [0n, -1n]],
    ["a sum that carries from word to word", "sum(value.n)", [0xffff_ffffn, 1n], [0x1_0000_0000n, 0n]],
    ["the least, by the high words", "min(value.n)", [1n, -1n, 0x1_0000_0000n], [-1n]],
    ["the least, by the low words", "min(value.n)", [LEAST + 5n, LEAST + 4n, LEAST + 6n], [LEAST + 4n]],
    ["the greatest of negative ones", "max(value.n)", [-3n, -2n, -0x1_0000_0000n], [-2n]],
    ["the greatest, by the low words", "max(value.n)", [7n, 9n, 8n], [9n]],
    ["of one", "max(value.n)", [LEAST], [LEAST]],
  ])("%s", async (_, aggregate, numbers, expected) => {
    const { groups } = await grouped([batchOf(numbers.map((n) => [1, n, 0n]))], aggregate);
    expect(groups).toEqual([[1n, ...expected]]);
  });

  test("unsigned ones are not taken for negative", async () => {
    const { groups } = await grouped(
      [batchOf([MOST, 1n].map((u) => [1, 0n, u]))],
      "max(value.u),min(value.u),sum(value.u)",
    );
    expect(groups).toEqual([[1n, -1n, 1n, 0n, 1n]]);
  });

  test("a sum is exact however many there are", async () => {
    const batch = batchOf(Array.from({ length: 1024 }, () => [1, -1n, MOST]));
    const times = 2100;
    const { groups } = await grouped(Array(times).fill(batch), "sum(value.n),sum(value.u),avg(value.n)");
    const sum = BigInt(times * 1024) * MOST;
    expect(groups[0]?.slice(1, 5)).toEqual([
      BigInt(-times * 1024),
      -1n,
      BigInt.asIntN(64, sum),
      BigInt.asIntN(64, sum >> 64n),
    ]);
    expect(new Float64Array(BigInt64Array.of(groups[0]?.[5] ?? 0n).buffer)[0]).toBe(-1);
  });
});

describe("more groups than may be", () => {
  const rows = (...ids: number[]): EntryBatch => batchOf(ids.map((id) => [id, 0n, 0n]));

  test.each<[name: string, maxGroups: number, ids: number[], groups: [number, number][], evicted: number]>([
    [
      "as many as may be",
      3,
      [1, 2, 3, 1],
      [
        [1, 2],
        [2, 1],
        [3, 1],
      ],
      0,
    ],
    [
      "the one longest without a row goes",
      3,
      [1, 2, 3, 1, 4],
      [
        [1, 2],
        [3, 1],
        [4, 1],
      ],
      1,
    ],
    [
      "one that comes again begins anew",
      2,
      [1, 1, 2, 3, 1],
      [
        [3, 1],
        [1, 1],
      ],
      2,
    ],
    ["one at a time", 1, [1, 1, 2, 2, 2, 3], [[3, 1]], 2],
    ["none at all is one", 0, [1, 1, 2], [[2, 1]], 1],
    [
      "a quarter at once",
      8,
      [1, 2, 3, 4, 5, 6, 7, 8, 1, 9],
      [
        [1, 2],
        [4, 1],
        [5, 1],
        [6, 1],
        [7, 1],
        [8, 1],
        [9, 1],
      ],
      2,
    ],
  ])("%s", async (_, maxGroups, ids, groups, evicted) => {
    // In one batch, and one by one.
    for (const batches of [[rows(...ids)], ids.map((id) => rows(id))]) {
      const found = await grouped(batches, "count()", { maxGroups, whenFull: "evict" });
      expect(found).toEqual({ groups: groups.map((pair) => pair.map(BigInt)), evicted });
    }
  });

  test("stay as many as may be, and are counted, however many come", async () => {
    const batches = Array.from({ length: 50 }, (_, i) => rows(...Array.from({ length: 1000 }, (_, j) => i * 1000 + j)));
    const { groups, evicted } = await grouped(batches, "count()", { maxGroups: 3000, whenFull: "evict" });
    expect(groups.length).toBeLessThanOrEqual(3000);
    expect(groups.length + evicted).toBe(50_000);
    expect(groups.at(-1)).toEqual([49_999n, 1n]);
  });

  test("are an error unless they may be evicted", async () => {
    await expect(grouped([rows(1, 2, 3)], "count()", { maxGroups: 2 })).rejects.toThrow("more than 2 groups");
  });
});
