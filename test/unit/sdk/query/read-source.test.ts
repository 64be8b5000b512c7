import { expect, test } from "vitest";
import type { EntryBatch } from "../../../../src/reader/entries.ts";
import { keptEntries, ReadSource } from "../../../../src/sdk/query/read-source.ts";
import { Holdings, Read } from "../../../../src/sdk/reader/read.ts";
import { numbered, type SampleMap, sampleMap } from "../../snapshot/sample-maps.ts";

const ENOENT = 2;
const EIO = 5;

async function keysOf(sample: SampleMap, keep?: (batch: EntryBatch, i: number) => boolean): Promise<number[]> {
  const map = sampleMap(sample);
  const source = new ReadSource(new Read(new Holdings(map), {}), map, keep);
  const keys: number[] = [];
  for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
    expect([batch.errnos, source.isAtEnd]).toEqual([undefined, false]);
    for (let i = 0; i < batch.count; i++) keys.push(batch.keys[i * 4] ?? -1);
  }
  expect(source.isAtEnd).toBe(true);
  return keys;
}

test("all entries, or those that a condition keeps", async () => {
  expect(await keysOf({ entries: numbered(5) })).toEqual([0, 1, 2, 3, 4]);
  expect(await keysOf({ entries: numbered(5) }, ({ keys }, i) => (keys[i * 4] ?? 0) % 2 === 1)).toEqual([1, 3]);
});

test("entries that vanished are left out; another value that can't be read ends the query", async () => {
  const [first, second, third] = numbered(3);
  if (first === undefined || second === undefined || third === undefined) throw new Error("no entries");
  expect(await keysOf({ entries: [first, [second[0], ENOENT], third] })).toEqual([0, 2]);
  await expect(keysOf({ entries: [first, [second[0], EIO]] })).rejects.toMatchObject({
    code: "KERNEL",
    details: expect.objectContaining({ errno: EIO }),
  });
});

test("kept entries are copies with their errnos; without a condition it is the batch itself", () => {
  const map = sampleMap();
  const values = Uint8Array.from({ length: 24 }, (_, i) => i);
  const batch = {
    count: 3,
    keys: Uint8Array.from({ length: 12 }, (_, i) => i),
    values,
    errnos: Int32Array.of(0, 2, 0),
  };
  expect(keptEntries(batch, map, undefined)).toBe(batch);
  const kept = keptEntries(batch, map, (_, i) => i !== 0);
  expect(kept).toMatchObject({ count: 2, errnos: Int32Array.of(2, 0) });
  expect([[...kept.keys], [...kept.values].slice(0, 8)]).toEqual([
    [4, 5, 6, 7, 8, 9, 10, 11],
    [8, 9, 10, 11, 12, 13, 14, 15],
  ]);
});
