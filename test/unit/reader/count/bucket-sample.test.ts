import { describe, expect, test } from "vitest";
import { countBuckets, estimate } from "../../../../src/reader/count/bucket-sample.ts";
import { BucketWindows, bucketsFor } from "../../../../src/reader/count/bucket-window.ts";
import type { Kernel } from "../../../../src/sys/kernel.ts";
import { FakeKernel, type Fault, fakeEntry, fakeMap } from "../../../helpers/fake-kernel.ts";
import { Random } from "../../../helpers/random.ts";

const SHAPE = { keySize: 4, valueSize: 8, cpus: 0, valueStride: 8 };

/** A hash whose keys lie in buckets as `perBucket` says. */
function windowsOver(buckets: number, perBucket: (bucket: number) => number, fault?: Fault) {
  let number = 0;
  const lists = Array.from({ length: buckets }, (_, bucket) =>
    Array.from({ length: perBucket(bucket) }, () => fakeEntry(number++)),
  );
  const empty = fakeMap(0);
  const map = { ...empty, info: { ...empty.info, maxEntries: buckets }, buckets: lists };
  const kernel = new FakeKernel([map], fault);
  const fd = kernel.openMap(map.info.id);
  const calls = { count: 0 };
  const counting: Kernel = Object.create(kernel, {
    lookupBatch: {
      value: (...args: Parameters<Kernel["lookupBatch"]>) => {
        calls.count += 1;
        kernel.lookupBatch(...args);
      },
    },
  });
  const windows = new BucketWindows({ kernel: counting, fd, shape: SHAPE, maxEntries: buckets, keys: "buckets" });
  return { windows, calls, entries: number, close: () => fd.close() };
}

/** A clock by which each look takes so many milliseconds. */
function steppingClock(step: number): () => number {
  let now = 0;
  return () => {
    now += step;
    return now;
  };
}

test("buckets are a power of two", () => {
  expect([0, 1, 2, 3, 1000, 12_000_000].map(bucketsFor)).toEqual([1, 1, 2, 4, 1024, 2 ** 24]);
});

describe("counting within a budget", () => {
  test.each([0, 1, 700])("a map that fits the budget is counted exactly: %i entries", (entries) => {
    const { windows, close } = windowsOver(1024, (bucket) => (bucket < entries ? 1 : 0));
    expect(countBuckets(windows, 1024, { milliseconds: 100, clock: () => 0 })).toEqual({ entries, error: undefined });
    close();
  });

  test("a larger one is sampled: near the truth, the same each time, and by few calls", () => {
    const random = new Random(3);
    const { windows, calls, entries, close } = windowsOver(1 << 17, () => random.below(3));
    const count = () => countBuckets(windows, 1 << 17, { milliseconds: 1, clock: steppingClock(1) });
    const counted = count();
    expect(counted?.error).toBeGreaterThan(0);
    expect(Math.abs((counted?.entries ?? 0) - entries)).toBeLessThan(counted?.error ?? 0);
    expect(calls.count).toBeLessThan(12);
    expect(count()).toEqual(counted);
    close();
  });

  test("keys that lie in one half of the buckets make the error large", () => {
    const even = windowsOver(1 << 15, () => 1);
    const uneven = windowsOver(1 << 15, (bucket) => (bucket < 1 << 14 ? 2 : 0));
    const budget = () => ({ milliseconds: 0.5, clock: steppingClock(1) });
    const [a, b] = [countBuckets(even.windows, 1 << 15, budget()), countBuckets(uneven.windows, 1 << 15, budget())];
    expect(b?.error ?? 0).toBeGreaterThan(10 * (a?.error ?? 1));
    even.close();
    uneven.close();
  });

  test("an empty map is never said to be certainly empty by a sample", () => {
    const { windows, close } = windowsOver(1 << 17, () => 0);
    expect(countBuckets(windows, 1 << 17, { milliseconds: 0.05, clock: () => 0 })).toMatchObject({
      entries: 0,
      error: 12,
    });
    close();
  });

  test("a map without batch lookup gives no answer", () => {
    const { windows, close } = windowsOver(
      64,
      () => 1,
      (call) => (call === "lookupBatch" ? 524 : undefined),
    );
    expect(countBuckets(windows, 64, { milliseconds: 100, clock: () => 0 })).toBeUndefined();
    close();
  });
});

test("the estimate never exceeds max_entries", () => {
  const windows = [1, 2, 3].map(() => ({ entries: 100, buckets: 10, end: 10, isCut: false }));
  expect(estimate(windows, 1024, 900)).toEqual({ entries: 900, error: 1 });
});
