import { expect, it } from "vitest";
import type { BatchMemory } from "../../../src/reader/entries.ts";
import { LiveMap } from "../../../src/reader/live-map.ts";
import { BATCH_BYTES } from "../../../src/reader/read-target.ts";
import { kernelBuffer } from "../../../src/sys/kernel-buffer.ts";
import { FakeKernel, fakeMap } from "../../helpers/fake-kernel.ts";
import { numbersIn, readAhead, upTo } from "./read-fake.ts";

/** A map of a fake kernel, and the source of a read ahead. */
function reading(entries: number, memory?: BatchMemory) {
  const kernel = new FakeKernel([fakeMap(entries)]);
  const map = new LiveMap(kernel, kernel.openMap(1));
  const source = map.entries({ ahead: true, ...(memory && { memory }) });
  return { kernel, map, source };
}

/** Memory that counts what it gives, and how often it is abandoned. */
function countedMemory() {
  const seen = { buffers: 0, abandoned: 0 };
  const memory: BatchMemory = {
    buffers(keyBytes, valueBytes) {
      seen.buffers += 1;
      return { keys: kernelBuffer(keyBytes), values: kernelBuffer(valueBytes) };
    },
    abandon() {
      seen.abandoned += 1;
    },
  };
  return { seen, memory };
}

it("makes all calls but the first ahead, with two pairs of buffers", async () => {
  const { seen, memory } = countedMemory();
  const { numbers, kernel } = await readAhead(fakeMap(50_000), undefined, { memory });
  expect(numbers).toEqual(upTo(50_000));
  expect(kernel.calls.lookupBatch).toBe(13);
  expect(kernel.aheadCalls).toBe(12);
  expect(seen).toEqual({ buffers: 2, abandoned: 0 });
});

it.each([
  ["of one batch", 4096, {}],
  ["whose entries are large", 40, { valueSize: 5 * BATCH_BYTES }],
])("makes none for a map %s", async (_, entries, info) => {
  const map = fakeMap(entries, { info: { ...fakeMap(entries).info, ...info } });
  const buckets = map.buckets.map((bucket) =>
    bucket.map(({ key, value }) => ({ key, value: Buffer.concat([value, Buffer.alloc(map.info.valueSize - 8)]) })),
  );
  const { numbers, kernel } = await readAhead({ ...map, buckets });
  expect(numbers).toEqual(upTo(entries));
  expect(kernel.aheadCalls).toBe(0);
});

it("makes calls at once where no thread is free", async () => {
  const { kernel, map, source } = reading(10_000);
  kernel.threads = 0;
  const first = source.next();
  const second = source.next();
  expect([first, second]).toEqual([expect.objectContaining({ count: 4096 }), expect.objectContaining({ count: 4096 })]);
  kernel.threads = 1;
  expect(source.next()).toMatchObject({ count: 10_000 - 2 * 4096 });
  expect(await source.next()).toBeUndefined();
  map[Symbol.dispose]();
});

it("gives a batch that stays as it is until the next one is asked for", async () => {
  const { kernel, map, source } = reading(10_000);
  const first = await source.next();
  // Whatever the thread does in these turns: the batch is the caller's.
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  expect(kernel.calls.lookupBatch).toBe(2);
  expect(first && numbersIn(first, 8)).toEqual(upTo(4096));
  expect(source.report.entries).toBe(4096);
  source[Symbol.dispose]();
  map[Symbol.dispose]();
});

it("lets a call end whose map is closed meanwhile, and closes the descriptor then", async () => {
  const { seen, memory } = countedMemory();
  const { kernel, map, source } = reading(10_000, memory);
  expect(source.next()).toMatchObject({ count: 4096 });
  const asked = source.next();
  source[Symbol.dispose]();
  map[Symbol.dispose]();
  expect(kernel.openCount).toBe(1);
  expect(await asked).toBeUndefined();
  expect(kernel.openCount).toBe(0);
  expect(kernel.threads).toBe(4);
  expect(seen.abandoned).toBe(1);
  expect(source.report).toMatchObject({ entries: 4096, complete: false });
});

it("uses each answer once where batches are asked for without waiting", async () => {
  const { map, source } = reading(20_000);
  const counts = [source.next(), source.next(), source.next(), source.next(), source.next(), source.next()];
  expect((await Promise.all(counts)).map((batch) => batch && batch.count > 0)).toEqual([
    ...Array(5).fill(true),
    undefined,
  ]);
  expect(source.report).toMatchObject({ entries: 20_000, complete: true });
  map[Symbol.dispose]();
});

it("begins no call that nobody can want, behind the last batch", async () => {
  const { kernel, map, source } = reading(4097);
  await source.next();
  await source.next();
  expect(kernel.calls.lookupBatch).toBe(2);
  expect(kernel.threads).toBe(4);
  expect(await source.next()).toBeUndefined();
  map[Symbol.dispose]();
});
