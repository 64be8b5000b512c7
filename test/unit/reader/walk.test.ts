import { describe, expect, it } from "vitest";
import type { EntryBatch } from "../../../src/reader/entries.ts";
import { LiveMap } from "../../../src/reader/live-map.ts";
import { EINTR, EINVAL, ENOENT, ENOMEM, ENOTSUPP, EPERM } from "../../../src/sys/errno.ts";
import { FakeKernel, type FakeMap, fakeEntry, fakeMap } from "../../helpers/fake-kernel.ts";
import { read, typed, upTo } from "./read-fake.ts";

const walked = (count: number): FakeMap => fakeMap(count, { batch: "none" });

describe("errnos of a walk", () => {
  it.each([EPERM, EINVAL, ENOMEM, ENOTSUPP])("does not take errno %i of the next key for the end", (errno) => {
    const { numbers, report } = read(walked(100), (call, n) => (call === "nextKey" && n === 40 ? errno : undefined));
    expect(numbers).toEqual(upTo(40));
    expect(report).toMatchObject({
      ...{ complete: false, errno },
      stop: { why: "errno", call: "next-key", number: 41 },
    });
  });

  it("delivers a key whose value can't be read, with the errno", () => {
    const kernel = new FakeKernel([walked(3)], (call, n) => (call === "lookup" && n === 1 ? EPERM : undefined));
    using live = new LiveMap(kernel, kernel.openMap(1));
    const batch = live.entries().next();
    expect(batch).toMatchObject({ count: 3 });
    expect([...(batch as { errnos: Int32Array }).errnos].slice(0, 3)).toEqual([0, EPERM, 0]);
  });

  it("counts an entry that vanished before its lookup as skipped", () => {
    const { report } = read(walked(10), (call, n) => (call === "lookup" && n === 4 ? ENOENT : undefined));
    expect(report).toMatchObject({ complete: true, skipped: 1, entries: 10 });
  });
});

describe("a map that changes while it is walked", () => {
  it("is not delivered twice where the walk meets entries again after a restart", () => {
    const map = walked(1000);
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

  it("is given up where the walk is thrown back for ever, and isn't complete", () => {
    const map = walked(64);
    const { numbers, report } = read(map, (call, n) => {
      // Every 32 steps all keys but the first are gone for a moment.
      if (call !== "nextKey") return undefined;
      for (let b = 1; b < 64; b++) map.buckets[b] = n % 32 === 31 ? [] : [fakeEntry(b)];
      return undefined;
    });
    expect(report).toMatchObject({ complete: false, errno: 0, stop: { why: "changing" } });
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it("never has more entries than it can have, whatever comes and goes under the walk", () => {
    const map = walked(40);
    let next = 40;
    const { numbers, report } = read(map, (call, n) => {
      // All entries are others at each fifth step, so the walk is thrown back.
      if (call === "nextKey" && n % 5 === 4) map.buckets.splice(0, 40, ...upTo(40).map(() => [fakeEntry(next++)]));
      return undefined;
    });
    expect(numbers).toHaveLength(40);
    expect(new Set(numbers).size).toBe(40);
    expect(report).toMatchObject({ complete: false, entries: 40, stop: { why: "changing" } });
  });
});

describe("a batch read that a walk continues", () => {
  /** Batch calls fail for good from the second one on. */
  const interrupted = (call: string, n: number): number | undefined =>
    call === "lookupBatch" && n > 0 ? EINTR : undefined;

  it("goes on behind the last key", () => {
    const { numbers, report } = read(typed(fakeMap(4200, { batch: "keys" }), "array"), interrupted);
    expect(numbers).toEqual(upTo(4200));
    expect(report).toMatchObject({ complete: true, mode: "walk", entries: 4200 });
  });

  it("ends where it is thrown back and can't tell what has come before", () => {
    const map = fakeMap(4200);
    const { numbers, report } = read(map, (call, n) => {
      if (call === "nextKey" && n === 50) map.buckets[4145] = [];
      return interrupted(call, n);
    });
    expect(numbers).toEqual(upTo(4146));
    expect(report).toMatchObject({ complete: false, restarts: 1, stop: { why: "changing" } });
  });
});

it("a per-CPU value is read whole, and no further", () => {
  const map = typed(walked(3), "percpu_hash");
  const values = map.buckets.map(([entry]) => ({
    key: entry?.key ?? new Uint8Array(4),
    value: new Uint8Array(16).fill(7),
  }));
  const kernel = new FakeKernel([{ ...map, buckets: values.map((entry) => [entry]) }]);
  using live = new LiveMap(kernel, kernel.openMap(1));
  const batch = live.entries().next() as EntryBatch;
  expect(batch.count).toBe(3);
  expect(batch.values.subarray(0, 48).every((byte) => byte === 7)).toBe(true);
});
