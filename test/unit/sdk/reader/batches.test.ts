import { expect, test } from "vitest";
import type { BatchView } from "../../../../src/sdk/reader/batch-view.ts";
import { batchesOf, batchesOfSync } from "../../../../src/sdk/reader/batches.ts";
import { entryCodec, layoutCodecs } from "../../../../src/sdk/reader/entry-codec.ts";
import { Holdings, Read } from "../../../../src/sdk/reader/read.ts";
import { type Entry, numbered, sampleMap } from "../../snapshot/sample-maps.ts";

const FIVE = numbered(5);

function batches(entries: readonly Entry[] = FIVE): Generator<BatchView<Uint8Array, Uint8Array>, void, undefined> {
  const map = sampleMap({ entries });
  const decode = { int64: "bigint", enums: "name", chars: "bpftool" } as const;
  const codec = entryCodec(layoutCodecs(undefined, map.shape, decode), map.shape);
  return batchesOfSync(new Read(new Holdings(map), {}), map, codec);
}

test("a batch shows its entries and nothing of the buffer behind them", () => {
  const [, , last] = [...batches()].map(({ count }) => count);
  expect(last).toBe(1);
  for (const batch of batches()) {
    expect([batch.keys.length, batch.values.length]).toEqual([batch.count * 4, batch.count * 8]);
    expect([batch.keyView.byteLength, batch.valueView.byteLength]).toEqual([batch.count * 4, batch.count * 8]);
  }
});

test("entries are decoded by their index", () => {
  const keys: number[] = [];
  for (const batch of batches()) {
    for (let i = 0; i < batch.count; i++) {
      keys.push(batch.key(i)[0] ?? -1);
      expect([...batch.value(i)]).toEqual(new Array(8).fill(keys.at(-1)));
      expect(batch.errno(i)).toBe(0);
    }
  }
  expect(keys).toEqual([0, 1, 2, 3, 4]);
});

test("an entry that couldn't be read says why", () => {
  const [first] = numbered(2);
  const errnos = [...batches([first ?? [new Uint8Array(4), 0], [new Uint8Array(4), 12]])].length;
  expect(errnos).toBe(1);
  for (const batch of batches([
    [new Uint8Array(4), new Uint8Array(8)],
    [new Uint8Array(4), 12],
  ])) {
    expect([batch.errno(0), batch.errno(1)]).toEqual([0, 12]);
  }
});

test.each([-1, 2, 0.5, Number.NaN])("there is no entry %d", (i) => {
  for (const batch of batches(numbered(2))) {
    for (const use of [() => batch.key(i), () => batch.value(i), () => batch.errno(i)]) {
      expect(use).toThrow(expect.objectContaining({ code: "USAGE", details: { count: 2 } }));
    }
  }
});

test("a batch is stale once the next one is read, and after the end", () => {
  const kept: BatchView<Uint8Array, Uint8Array>[] = [];
  for (const batch of batches()) {
    for (const old of kept) expect(() => old.keys).toThrow(expect.objectContaining({ code: "STALE_BATCH" }));
    kept.push(batch);
  }
  for (const old of kept) expect(() => old.value(0)).toThrow(expect.objectContaining({ code: "STALE_BATCH" }));
});

test("leaving the loop, or an error in it, ends the read", async () => {
  const map = sampleMap({ entries: FIVE });
  const codec = entryCodec(
    layoutCodecs(undefined, map.shape, { int64: "bigint", enums: "name", chars: "bpftool" }),
    map.shape,
  );
  const ends: unknown[] = [];
  const watch = {
    observe: (_: unknown, error: unknown) => void ends.push(error),
    spent: { read: 0, decode: 0, validate: 0 },
  };
  for await (const _ of batchesOf(new Read(new Holdings(map), {}, { watch }), map, codec)) break;
  expect(ends).toEqual([undefined]);
  const failed = sampleMap({ entries: FIVE, report: { errno: 12, complete: false } });
  const loop = async (): Promise<void> => {
    for await (const _ of batchesOf(new Read(new Holdings(failed), {}, { watch }), failed, codec));
  };
  await expect(loop()).rejects.toMatchObject({ details: { errno: 12 } });
  expect(ends).toMatchObject([undefined, { details: { errno: 12 } }]);
});
