import { describe, expect, it } from "vitest";
import { BATCH_BYTES } from "../../../src/reader/read-target.ts";
import {
  EBUSY,
  EDEADLK,
  EFAULT,
  EINTR,
  EINVAL,
  ENOENT,
  ENOMEM,
  ENOSPC,
  ENOTSUPP,
  EOPNOTSUPP,
  EPERM,
  ETIMEDOUT,
} from "../../../src/sys/errno.ts";
import { type FakeMap, type Fault, fakeEntry, fakeMap } from "../../helpers/fake-kernel.ts";
import { typed, upTo, WAYS } from "./read-fake.ts";

describe.each(WAYS)("reading a map that keeps still in batches, %s", (_way, read) => {
  it.each<[string, Partial<FakeMap & { perBucket: number }>, number, string]>([
    ["a hash in buckets of one", {}, 10_000, "batch"],
    ["a hash in buckets of seven", { perBucket: 7 }, 10_000, "batch"],
    ["an empty hash", {}, 0, "batch"],
    ["a map that is read by keys", { batch: "keys" }, 10_000, "batch"],
    ["exactly one batch by keys", { batch: "keys" }, 4096, "batch"],
    ["a map without batch", { batch: "none" }, 500, "walk"],
    ["an empty map without batch", { batch: "none" }, 0, "walk"],
  ])("%s gives each entry once, in order", async (_name, options, count, mode) => {
    const { numbers, report } = await read(fakeMap(count, options));
    expect(numbers).toEqual(upTo(count));
    expect(report).toEqual({
      complete: true,
      mode,
      entries: count,
      restarts: 0,
      duplicates: 0,
      skipped: 0,
      retries: 0,
      bytes: count * 12,
      errno: 0,
    });
  });

  it("grows its buffer for a bucket that doesn't fit, as far as max_entries, and keeps the cursor", async () => {
    const { numbers, report, kernel } = await read(fakeMap(20_000, { perBucket: 20_000 }));
    expect(numbers).toEqual(upTo(20_000));
    expect(report.complete).toBe(true);
    expect(kernel.capacities).toEqual([4096, 8192, 16_384, 20_000]);
  });
});

describe.each(WAYS)("a hash of millions of buckets, %s", (_way, read) => {
  const vast = (buckets: number, entries: readonly number[]): FakeMap => {
    const map = fakeMap(0, { info: { ...fakeMap(0).info, maxEntries: buckets } });
    for (let b = 0; b < buckets; b++) map.buckets.push([]);
    for (const b of entries) map.buckets[b] = [fakeEntry(b), fakeEntry(b + buckets)];
    return map;
  };

  it("is read a few entries a call where they are far apart", async () => {
    const entries = [700_000, 1_400_000, 2_100_000, 2_800_000];
    const { numbers, report, kernel } = await read(vast(3_000_000, entries));
    expect(numbers).toEqual(entries.flatMap((n) => [n, n + 3_000_000]));
    expect(report.complete).toBe(true);
    expect(Math.max(...kernel.capacities)).toBeLessThanOrEqual(4);
    expect(kernel.calls.lookupBatch).toBeGreaterThanOrEqual(4);
  });

  it("is read in whole batches where it is well filled", async () => {
    const entries = upTo(1_100_000).filter((n) => n % 2 === 0);
    const { numbers, kernel } = await read(vast(1_100_000, entries));
    expect(numbers).toHaveLength(1_100_000);
    expect(kernel.capacities.slice(0, 4)).toEqual([1, 2, 4096, 4096]);
  });
});

describe.each(WAYS)("where a read stopped, %s", (_way, read) => {
  it.each([ENOMEM, EPERM])("is the batch call that failed, with errno %i, and what came before it", async (errno) => {
    const map = fakeMap(50_000);
    const { numbers, report } = await read(map, (call, n) => (call === "lookupBatch" && n === 7 ? errno : undefined));
    expect(numbers).toHaveLength(7 * 4096);
    expect(report).toMatchObject({
      ...{ complete: false, errno, entries: 7 * 4096 },
      stop: { why: "errno", call: "batch", number: 8 },
    });
  });

  it("is the first call, too", async () => {
    const { numbers, report } = await read(fakeMap(5), (call) => (call === "lookupBatch" ? ENOMEM : undefined));
    expect(numbers).toEqual([]);
    expect(report).toMatchObject({ complete: false, errno: ENOMEM, stop: { why: "errno", call: "batch", number: 1 } });
  });

  it("is nowhere for a read that reaches the end", async () => {
    expect((await read(fakeMap(5))).report).not.toHaveProperty("stop");
  });
});

describe.each(WAYS)("errnos of a batch call, %s", (_way, read) => {
  /** The fault at call `at` and for `times` calls. */
  const during =
    (call: string, errno: number, at: number, times = 1): Fault =>
    (name, count) =>
      name === call && count >= at && count < at + times ? errno : undefined;

  it.each([EBUSY, 35, 110, EINTR])("repeats a call that failed with errno %i", async (errno) => {
    const { numbers, report } = await read(fakeMap(10_000), during("lookupBatch", errno, 1, 5));
    expect(numbers).toEqual(upTo(10_000));
    expect(report).toMatchObject({ complete: true, retries: 5, mode: "batch" });
  });

  it.each([EPERM, ENOMEM, EFAULT, EBUSY])("ends, incomplete and saying so, with errno %i for ever", async (errno) => {
    const { numbers, report } = await read(fakeMap(10_000), during("lookupBatch", errno, 1, Number.POSITIVE_INFINITY));
    expect(numbers).toEqual(upTo(4096));
    expect(report).toMatchObject({ complete: false, errno, entries: 4096 });
  });

  it.each([ENOTSUPP, EINVAL, 95])("goes over to a walk where the first call says %i", async (errno) => {
    const { numbers, report, kernel } = await read(fakeMap(500), during("lookupBatch", errno, 0));
    expect(numbers).toEqual(upTo(500));
    expect(report).toMatchObject({ complete: true, mode: "walk" });
    expect(kernel.calls.lookupBatch).toBe(1);
  });

  it.each([ENOTSUPP, EINVAL])("does not take %i in the middle of a read for that", async (errno) => {
    const { numbers, report } = await read(fakeMap(10_000), during("lookupBatch", errno, 1));
    expect(numbers).toEqual(upTo(4096));
    expect(report).toMatchObject({ complete: false, errno });
  });

  it("walks on behind the last key where EINTR never ends", async () => {
    const map = typed(fakeMap(4200, { batch: "keys" }), "array");
    const { numbers, report } = await read(map, during("lookupBatch", EINTR, 1, Number.POSITIVE_INFINITY));
    expect(numbers).toEqual(upTo(4200));
    expect(report).toMatchObject({ complete: true, mode: "walk", entries: 4200 });
  });

  it("walks where ENOSPC goes on with room for all entries, and ends", async () => {
    const { numbers, report } = await read(fakeMap(300), during("lookupBatch", ENOSPC, 0, Number.POSITIVE_INFINITY));
    expect(numbers).toEqual(upTo(300));
    expect(report).toMatchObject({ complete: true, mode: "walk" });
  });
});

describe.each(WAYS)("every errno at every step, %s", (_way, read) => {
  const ERRNOS = [
    EPERM,
    ENOENT,
    EINTR,
    ENOMEM,
    EFAULT,
    EBUSY,
    EINVAL,
    ENOSPC,
    EDEADLK,
    EOPNOTSUPP,
    ETIMEDOUT,
    ENOTSUPP,
  ];
  const COUNT = 40;
  /** Read four entries a call: ten calls and one for the end, or 41 steps. */
  const maps: Record<string, [map: () => FakeMap, call: "lookupBatch" | "nextKey" | "lookup", steps: number]> = {
    "a hash in batches": [() => wide(fakeMap(COUNT)), "lookupBatch", 11],
    "a trie in batches": [() => wide(typed(byKeys(), "lpm_trie")), "lookupBatch", 22],
    "an array in batches": [() => wide(typed(byKeys(), "array")), "lookupBatch", 11],
    "the next key of a hash": [() => fakeMap(COUNT, { batch: "none" }), "nextKey", 41],
    "the next key of a trie": [() => typed(fakeMap(COUNT, { batch: "none" }), "lpm_trie"), "nextKey", 82],
    "the value of a hash": [() => fakeMap(COUNT, { batch: "none" }), "lookup", 40],
  };
  const byKeys = (): FakeMap => fakeMap(COUNT, { batch: "keys" });
  /** With values so large that four entries are a batch. */
  const wide = (map: FakeMap): FakeMap => {
    const valueSize = BATCH_BYTES / 4 - 8;
    const widened = ({ key, value }: { key: Uint8Array; value: Uint8Array }) => {
      const all = new Uint8Array(valueSize);
      all.set(value);
      return { key, value: all };
    };
    return { ...map, info: { ...map.info, valueSize }, buckets: map.buckets.map((bucket) => bucket.map(widened)) };
  };

  it.each(Object.keys(maps).flatMap((what) => [1, Number.POSITIVE_INFINITY].map((times) => [what, times] as const)))(
    "%s, %d times: the read ends, gives no entry twice, and is complete only with all of them",
    async (what, times) => {
      const [make, call, steps] = maps[what] as (typeof maps)[string];
      const unsound: unknown[] = [];
      for (const errno of ERRNOS) {
        for (let step = 0; step < steps; step++) {
          const { numbers, report } = await read(make(), (name, n) =>
            name === call && n >= step && n < step + times ? errno : undefined,
          );
          // ENOENT is how the end is told, and nothing else is.
          const toldTheEnd = errno === ENOENT && call !== "lookup";
          const isWhole = numbers.length === COUNT || !report.complete || toldTheEnd;
          const isTold = report.complete || (report.errno === errno && report.stop?.why === "errno");
          const isUnique = new Set(numbers).size === numbers.length;
          if (!isWhole || !isTold || !isUnique) unsound.push({ errno, step, report, numbers });
        }
      }
      expect(unsound).toEqual([]);
    },
  );
});

describe.each(WAYS)("a hash that changes while it is read, %s", (_way, read) => {
  it("is taken for ended when it shrinks to nothing", async () => {
    const map = fakeMap(10_000);
    const { numbers, report } = await read(map, (call, n) => {
      if (call === "lookupBatch" && n === 1) map.buckets.length = 0;
      return undefined;
    });
    expect(numbers).toEqual(upTo(4096));
    expect(report.complete).toBe(true);
  });

  it("is read by the sizes that it was opened with, whatever the kernel says of them later", async () => {
    const map = fakeMap(5000);
    const info = map.info as { valueSize: number; keySize: number };
    const { numbers, kernel } = await read(map, (call, n) => {
      if (call === "lookupBatch" && n === 1) [info.valueSize, info.keySize] = [4096, 64];
      return undefined;
    });
    expect(numbers).toEqual(upTo(5000));
    expect(kernel.calls.mapInfo).toBe(1);
  });
});
