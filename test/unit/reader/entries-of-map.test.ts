import { afterEach, describe, expect, it } from "vitest";
import { EbpfMapError } from "../../../src/errors.ts";
import type { ReadReport } from "../../../src/reader/entries.ts";
import { LiveMap } from "../../../src/reader/live-map.ts";
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
import { FakeKernel, type FakeMap, type Fault, fakeEntry, fakeMap } from "../../helpers/fake-kernel.ts";

interface ReadResult {
  readonly numbers: number[];
  readonly report: ReadReport;
  readonly kernel: FakeKernel;
}

let opened: LiveMap[] = [];

afterEach(() => {
  for (const map of opened) map[Symbol.dispose]();
  opened = [];
});

/** Reads a fake map to its end and gives the entry numbers that came, each checked against its value. */
function read(map: FakeMap, fault: Fault = () => undefined): ReadResult {
  const kernel = new FakeKernel([map], fault);
  const live = new LiveMap(kernel, kernel.openMap(map.info.id));
  opened.push(live);
  const numbers: number[] = [];
  using source = live.entries();
  for (let batch = source.next(); batch !== undefined; batch = source.next()) {
    if (batch instanceof Promise) throw new Error("a live map answers at once");
    const keys = new DataView(batch.keys.buffer);
    const values = new DataView(batch.values.buffer);
    for (let i = 0; i < batch.count; i++) {
      const n = keys.getUint32(4 * i, true);
      if (!batch.errnos?.[i]) expect(values.getBigUint64(live.shape.valueStride * i, true)).toBe(BigInt(n) * 3n);
      numbers.push(n);
    }
  }
  return { numbers, report: source.report, kernel };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const LPM_TRIE = 11;
const ARRAY = 2;

describe("reading a map that keeps still", () => {
  it.each<[string, Partial<FakeMap & { perBucket: number }>, number, string]>([
    ["a hash in buckets of one", {}, 10_000, "batch"],
    ["a hash in buckets of seven", { perBucket: 7 }, 10_000, "batch"],
    ["an empty hash", {}, 0, "batch"],
    ["a map that is read by keys", { batch: "keys" }, 10_000, "batch"],
    ["exactly one batch by keys", { batch: "keys" }, 4096, "batch"],
    ["a map without batch", { batch: "none" }, 500, "walk"],
    ["an empty map without batch", { batch: "none" }, 0, "walk"],
  ])("%s gives each entry once, in order", (_name, options, count, mode) => {
    const { numbers, report } = read(fakeMap(count, options));
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

  it("grows its buffer for a bucket that doesn't fit, as far as max_entries, and keeps the cursor", () => {
    const { numbers, report, kernel } = read(fakeMap(20_000, { perBucket: 20_000 }));
    expect(numbers).toEqual(upTo(20_000));
    expect(report.complete).toBe(true);
    expect(kernel.capacities).toEqual([4096, 8192, 16_384, 20_000]);
  });
});

describe("a hash of millions of buckets", () => {
  const vast = (buckets: number, entries: readonly number[]): FakeMap => {
    const map = fakeMap(0, { info: { ...fakeMap(0).info, maxEntries: buckets } });
    for (let b = 0; b < buckets; b++) map.buckets.push([]);
    for (const b of entries) map.buckets[b] = [fakeEntry(b), fakeEntry(b + buckets)];
    return map;
  };

  it("is read a few entries a call where they are far apart", () => {
    const entries = [700_000, 1_400_000, 2_100_000, 2_800_000];
    const { numbers, report, kernel } = read(vast(3_000_000, entries));
    expect(numbers).toEqual(entries.flatMap((n) => [n, n + 3_000_000]));
    expect(report.complete).toBe(true);
    expect(Math.max(...kernel.capacities)).toBeLessThanOrEqual(4);
    expect(kernel.calls.lookupBatch).toBeGreaterThanOrEqual(4);
  });

  it("is read in whole batches where it is well filled", () => {
    const entries = upTo(1_100_000).filter((n) => n % 2 === 0);
    const { numbers, kernel } = read(vast(1_100_000, entries));
    expect(numbers).toHaveLength(1_100_000);
    expect(kernel.capacities.slice(0, 4)).toEqual([1, 2, 4096, 4096]);
  });
});

describe("errnos of a batch call", () => {
  /** The fault at call `at` and for `times` calls. */
  const during =
    (call: string, errno: number, at: number, times = 1): Fault =>
    (name, count) =>
      name === call && count >= at && count < at + times ? errno : undefined;

  it.each([EBUSY, 35, 110, EINTR])("repeats a call that failed with errno %i", (errno) => {
    const { numbers, report } = read(fakeMap(10_000), during("lookupBatch", errno, 1, 5));
    expect(numbers).toEqual(upTo(10_000));
    expect(report).toMatchObject({ complete: true, retries: 5, mode: "batch" });
  });

  it.each([EPERM, ENOMEM, EFAULT, EBUSY])("ends, incomplete and saying so, with errno %i for ever", (errno) => {
    const { numbers, report } = read(fakeMap(10_000), during("lookupBatch", errno, 1, Number.POSITIVE_INFINITY));
    expect(numbers).toEqual(upTo(4096));
    expect(report).toMatchObject({ complete: false, errno, entries: 4096 });
  });

  it.each([ENOTSUPP, EINVAL, 95])("goes over to a walk where the first call says %i", (errno) => {
    const { numbers, report, kernel } = read(fakeMap(500), during("lookupBatch", errno, 0));
    expect(numbers).toEqual(upTo(500));
    expect(report).toMatchObject({ complete: true, mode: "walk" });
    expect(kernel.calls.lookupBatch).toBe(1);
  });

  it.each([ENOTSUPP, EINVAL])("does not take %i in the middle of a read for that", (errno) => {
    const { numbers, report } = read(fakeMap(10_000), during("lookupBatch", errno, 1));
    expect(numbers).toEqual(upTo(4096));
    expect(report).toMatchObject({ complete: false, errno });
  });

  it("walks on behind the last key where EINTR never ends", () => {
    const map = fakeMap(4200, { batch: "keys", info: { ...fakeMap(4200).info, type: ARRAY } });
    const { numbers, report } = read(map, during("lookupBatch", EINTR, 1, Number.POSITIVE_INFINITY));
    expect(numbers).toEqual(upTo(4200));
    expect(report).toMatchObject({ complete: true, mode: "walk", entries: 4200 });
  });

  it("walks where ENOSPC goes on with room for all entries, and ends", () => {
    const { numbers, report } = read(fakeMap(300), during("lookupBatch", ENOSPC, 0, Number.POSITIVE_INFINITY));
    expect(numbers).toEqual(upTo(300));
    expect(report).toMatchObject({ complete: true, mode: "walk" });
  });
});

describe("every errno at every step", () => {
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
    "a trie in batches": [() => wide(typed(LPM_TRIE, "keys")), "lookupBatch", 22],
    "an array in batches": [() => wide(typed(ARRAY, "keys")), "lookupBatch", 11],
    "the next key of a hash": [() => fakeMap(COUNT, { batch: "none" }), "nextKey", 41],
    "the next key of a trie": [() => typed(LPM_TRIE, "none"), "nextKey", 82],
    "the value of a hash": [() => fakeMap(COUNT, { batch: "none" }), "lookup", 40],
  };
  const typed = (type: number, batch: FakeMap["batch"]): FakeMap => {
    const map = fakeMap(COUNT, { batch });
    return { ...map, info: { ...map.info, type } };
  };
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
    (what, times) => {
      const [make, call, steps] = maps[what] as (typeof maps)[string];
      for (const errno of ERRNOS) {
        for (let step = 0; step < steps; step++) {
          const { numbers, report } = read(make(), (name, n) =>
            name === call && n >= step && n < step + times ? errno : undefined,
          );
          const at = { errno, step, numbers };
          expect({ ...at, unique: new Set(numbers).size }).toEqual({ ...at, unique: numbers.length });
          // ENOENT is how the end is told, and nothing else is.
          const toldTheEnd = errno === ENOENT && call !== "lookup";
          const sound = numbers.length === COUNT || !report.complete || toldTheEnd;
          expect({ ...at, sound }).toEqual({ ...at, sound: true });
          if (!report.complete) expect({ ...at, why: report.errno }).toEqual({ ...at, why: errno });
        }
      }
    },
  );
});

describe("errnos of a walk", () => {
  const walked = (count: number): FakeMap => fakeMap(count, { batch: "none" });

  it.each([EPERM, EINVAL, ENOMEM, ENOTSUPP])("does not take errno %i of the next key for the end", (errno) => {
    const { numbers, report } = read(walked(100), (call, n) => (call === "nextKey" && n === 40 ? errno : undefined));
    expect(numbers).toEqual(upTo(40));
    expect(report).toMatchObject({ complete: false, errno });
  });

  it("delivers a key whose value can't be read, with the errno", () => {
    const kernel = new FakeKernel([walked(3)], (call, n) => (call === "lookup" && n === 1 ? EPERM : undefined));
    const live = new LiveMap(kernel, kernel.openMap(1));
    opened.push(live);
    const batch = live.entries().next();
    expect(batch).toMatchObject({ count: 3 });
    expect([...(batch as { errnos: Int32Array }).errnos].slice(0, 3)).toEqual([0, EPERM, 0]);
  });

  it("counts an entry that vanished before its lookup as skipped", () => {
    const { report } = read(walked(10), (call, n) => (call === "lookup" && n === 4 ? ENOENT : undefined));
    expect(report).toMatchObject({ complete: true, skipped: 1, entries: 10 });
  });
});

describe("an LPM trie", () => {
  /** 24 bytes of a node, none of the key (which is nothing but a prefix length), 8 of the value. */
  const NODE = 32;
  const trie = (count: number, memlock?: () => string, batch: "keys" | "none" = "keys"): FakeMap => {
    const base = fakeMap(count, { batch, ...(memlock && { memlock }) });
    return { ...base, info: { ...base.info, type: LPM_TRIE } };
  };

  it.each<[string, "keys" | "none", number, number]>([
    ["in batches", "keys", 10_000, 3],
    ["in steps", "none", 500, 501],
  ])("is read once, %s, if as many keys came as the kernel says there are", (_name, batch, count, calls) => {
    const { numbers, report, kernel } = read(trie(count, () => String(count * NODE), batch));
    expect(numbers).toEqual(upTo(count));
    expect(report.complete).toBe(true);
    expect(kernel.calls[batch === "keys" ? "lookupBatch" : "nextKey"]).toBe(calls);
  });

  it.each<[string, (() => string) | undefined]>([
    ["says nothing", undefined],
    ["says what no node's size divides", () => String(10_000 * NODE + 1)],
    ["says a number of pages", () => String(4096 * 100)],
    ["says another number", () => String(10_001 * NODE)],
    [
      "can't be asked",
      () => {
        throw new EbpfMapError("KERNEL", "read fdinfo");
      },
    ],
  ])("is read twice where the kernel %s", (_name, memlock) => {
    const { numbers, report, kernel } = read(trie(10_000, memlock));
    expect(numbers).toEqual(upTo(10_000));
    expect(report.complete).toBe(true);
    expect(kernel.calls.lookupBatch).toBe(6);
  });

  it("is read twice where the number was another between two batches", () => {
    let asked = 0;
    const { numbers, kernel } = read(trie(10_000, () => String((asked++ === 1 ? 9999 : 10_000) * NODE)));
    expect(numbers).toEqual(upTo(10_000));
    expect(kernel.calls.lookupBatch).toBe(6);
  });

  it.each<["keys" | "none", number, "lookupBatch" | "nextKey", number, number]>([
    ["keys", 10_000, "lookupBatch", 1, 2],
    ["none", 500, "nextKey", 240, 300],
  ])("gives what the kernel passes over in one pass (%s)", (batch, count, call, hides, shows) => {
    const map = trie(count, () => String(count * NODE), batch);
    const hidden = upTo(30).map((n) => count / 2 + n);
    const { numbers, report } = read(map, (name, n) => {
      if (name === call && n === hides) for (const k of hidden) map.buckets[k] = [];
      if (name === call && n === shows) for (const k of hidden) map.buckets[k] = [fakeEntry(k)];
      return undefined;
    });
    expect(numbers).toEqual([...upTo(count).filter((n) => !hidden.includes(n)), ...hidden]);
    expect(report.complete).toBe(true);
  });

  it("is read again if keys came twice, whatever their number", () => {
    const map = trie(10_000, () => String(10_000 * NODE));
    const { numbers, report, kernel } = read(map, (call, n) => {
      // The key of the cursor is gone, and back before the read comes to it again.
      if (call === "lookupBatch" && n === 1) map.buckets[4095] = [];
      if (call === "lookupBatch" && n === 2) map.buckets[4095] = [fakeEntry(4095)];
      return undefined;
    });
    expect(numbers).toEqual(upTo(10_000));
    expect(report).toMatchObject({ complete: true, restarts: 1 });
    expect(kernel.calls.lookupBatch).toBeGreaterThan(6);
  });
});

describe("a map that changes while it is read", () => {
  it("does not deliver twice what a walk meets again after a restart", () => {
    const map = fakeMap(1000, { batch: "none" });
    const { numbers, report } = read(map, (call, n) => {
      // The key that the walk stands on goes away, twice.
      if (call === "nextKey" && (n === 500 || n === 1400)) map.buckets[n === 500 ? 499 : 800] = [];
      return undefined;
    });
    expect(numbers.filter((n) => n !== 800)).toEqual(upTo(1000).filter((n) => n !== 800));
    expect(report.complete).toBe(true);
    expect(report.restarts).toBeGreaterThanOrEqual(1);
    expect(report.duplicates).toBeGreaterThanOrEqual(499);
  });

  it("gives a walk up that is thrown back for ever, and says that it isn't complete", () => {
    const map = fakeMap(64, { batch: "none" });
    const { numbers, report } = read(map, (call, n) => {
      // Every 32 steps all keys but the first are gone for a moment.
      if (call !== "nextKey") return undefined;
      for (let b = 1; b < 64; b++) map.buckets[b] = n % 32 === 31 ? [] : [fakeEntry(b)];
      return undefined;
    });
    expect(report.complete).toBe(false);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it("recognises what a trie gives again in a batch after its cursor was deleted", () => {
    const base = fakeMap(10_000, { batch: "keys" });
    const map = { ...base, info: { ...base.info, type: LPM_TRIE } };
    const { numbers, report } = read(map, (call, n) => {
      if (call === "lookupBatch" && n === 1) map.buckets[4095] = [];
      return undefined;
    });
    expect(numbers).toEqual(upTo(10_000));
    expect(report).toMatchObject({ complete: true, restarts: 1, duplicates: 4095 });
  });

  it("takes a map that shrinks to nothing for ended", () => {
    const map = fakeMap(10_000);
    const { numbers, report } = read(map, (call, n) => {
      if (call === "lookupBatch" && n === 1) map.buckets.length = 0;
      return undefined;
    });
    expect(numbers).toEqual(upTo(4096));
    expect(report.complete).toBe(true);
  });

  it("goes by the sizes that it was opened with, whatever the kernel says of them later", () => {
    const map = fakeMap(5000);
    const info = map.info as { valueSize: number; keySize: number };
    const { numbers, kernel } = read(map, (call, n) => {
      if (call === "lookupBatch" && n === 1) [info.valueSize, info.keySize] = [4096, 64];
      return undefined;
    });
    expect(numbers).toEqual(upTo(5000));
    expect(kernel.calls.mapInfo).toBe(1);
  });
});
