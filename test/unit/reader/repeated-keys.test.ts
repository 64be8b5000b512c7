import { describe, expect, it } from "vitest";
import { EbpfMapError } from "../../../src/errors.ts";
import { type FakeMap, type Fault, fakeEntry, fakeMap } from "../../helpers/fake-kernel.ts";
import { typed, upTo, WAYS } from "./read-fake.ts";

describe.each(WAYS)("an LPM trie, %s", (_way, read) => {
  /** 24 bytes of a node, none of the key (which is nothing but a prefix length), 8 of the value. */
  const NODE = 32;
  const trie = (count: number, memlock?: () => string, batch: "keys" | "none" = "keys"): FakeMap => {
    return typed(fakeMap(count, { batch, ...(memlock && { memlock }) }), "lpm_trie");
  };

  it.each<[string, "keys" | "none", number, number]>([
    ["in batches", "keys", 10_000, 3],
    // And the first key, and the keys behind 256 others, to see that it stands still.
    ["in steps", "none", 500, 501 + 1 + 256],
  ])("is read once, %s, if as many keys came as the kernel says there are", async (_name, batch, count, calls) => {
    const { numbers, report, kernel } = await read(trie(count, () => String(count * NODE), batch));
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
  ])("is read twice where the kernel %s", async (_name, memlock) => {
    const { numbers, report, kernel } = await read(trie(10_000, memlock));
    expect(numbers).toEqual(upTo(10_000));
    expect(report.complete).toBe(true);
    expect(kernel.calls.lookupBatch).toBe(6);
  });

  it("is read twice where the number was another between two batches", async () => {
    let asked = 0;
    const { numbers, kernel } = await read(trie(10_000, () => String((asked++ === 1 ? 9999 : 10_000) * NODE)));
    expect(numbers).toEqual(upTo(10_000));
    expect(kernel.calls.lookupBatch).toBe(6);
  });

  it.each<["keys" | "none", number, "lookupBatch" | "nextKey", number, number]>([
    ["keys", 10_000, "lookupBatch", 1, 2],
    ["none", 500, "nextKey", 240, 300],
  ])("gives what the kernel passes over in one pass (%s)", async (batch, count, call, hides, shows) => {
    const map = trie(count, () => String(count * NODE), batch);
    const hidden = upTo(30).map((n) => count / 2 + n);
    const { numbers, report } = await read(map, (name, n) => {
      if (name === call && n === hides) for (const k of hidden) map.buckets[k] = [];
      if (name === call && n === shows) for (const k of hidden) map.buckets[k] = [fakeEntry(k)];
      return undefined;
    });
    expect(numbers).toEqual([...upTo(count).filter((n) => !hidden.includes(n)), ...hidden]);
    expect(report.complete).toBe(true);
  });

  it("is read again if keys came twice, whatever their number", async () => {
    const map = trie(10_000, () => String(10_000 * NODE));
    const { numbers, report, kernel } = await read(map, (call, n) => {
      // The key of the cursor is gone, and back before the read comes to it again.
      if (call === "lookupBatch" && n === 1) map.buckets[4095] = [];
      if (call === "lookupBatch" && n === 2) map.buckets[4095] = [fakeEntry(4095)];
      return undefined;
    });
    expect(numbers).toEqual(upTo(10_000));
    expect(report).toMatchObject({ complete: true, restarts: 1 });
    expect(kernel.calls.lookupBatch).toBeGreaterThan(6);
  });

  it("recognises what a trie gives again in a batch after its cursor was deleted", async () => {
    const map = trie(10_000);
    const { numbers, report } = await read(map, (call, n) => {
      if (call === "lookupBatch" && n === 1) map.buckets[4095] = [];
      return undefined;
    });
    expect(numbers).toEqual(upTo(10_000));
    expect(report).toMatchObject({ complete: true, restarts: 1, duplicates: 4095 });
  });
});

describe.each(WAYS)("an LPM trie that others write to all the time, %s", (_way, read) => {
  const NODE = 32;

  /** Before each batch so many entries give way to new ones, spread over the trie; their number stays. */
  function busyTrie(count: number, maxEntries: number, exchanged: number, tellsNumber: boolean): [FakeMap, Fault] {
    const base = fakeMap(count, { batch: "keys", ...(tellsNumber && { memlock: () => String(count * NODE) }) });
    const map = typed({ ...base, info: { ...base.info, maxEntries } }, "lpm_trie");
    let next = count;
    const fault: Fault = (call) => {
      if (call !== "lookupBatch") return undefined;
      for (let i = 0; i < exchanged; i++) map.buckets[Math.floor((i * count) / exchanged)] = [fakeEntry(next++)];
      return undefined;
    };
    return [map, fault];
  }

  it.each([true, false])(
    "gives no more entries than it can have, and is not complete (number told: %s)",
    async (tellsNumber) => {
      const [map, fault] = busyTrie(28_000, 30_000, 500, tellsNumber);
      const { numbers, report } = await read(map, fault);
      expect(report.entries).toBeLessThanOrEqual(30_000);
      expect(numbers).toHaveLength(report.entries);
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(report).toMatchObject({ complete: false, errno: 0, stop: { why: "changing" } });
    },
  );

  it("gives what stays in it, where there is room for what came and went", async () => {
    const [map, fault] = busyTrie(10_000, 100_000, 10, true);
    const { numbers, report } = await read(map, fault);
    const exchanged = new Set(upTo(10).map((i) => i * 1000));
    const stayed = upTo(10_000).filter((n) => !exchanged.has(n));
    expect(stayed.filter((n) => !numbers.includes(n))).toEqual([]);
    expect(report.complete).toBe(false);
  });

  it("is read once if that is asked for, and then isn't known to be whole", async () => {
    const [map, fault] = busyTrie(10_000, 10_000, 100, true);
    const { report, kernel } = await read(map, fault, { onePass: true });
    expect(kernel.calls.lookupBatch).toBeLessThanOrEqual(4);
    expect(report).toMatchObject({ complete: false, stop: { why: "changing" } });
    const quiet = typed(fakeMap(10_000, { batch: "keys" }), "lpm_trie");
    expect((await read(quiet, undefined, { onePass: true })).report).toMatchObject({
      ...{ complete: false, entries: 10_000 },
      stop: { why: "unsure" },
    });
  });
});

describe.each(WAYS)("another map whose cursor is a key, %s", (_way, read) => {
  it("delivers once what comes again, and never more than it can have", async () => {
    const map = typed(fakeMap(6000, { batch: "keys" }), "rhash");
    const { numbers, report } = await read(map, (call, n) => {
      if (call === "lookupBatch" && n === 1) map.buckets[4095] = [fakeEntry(9999)];
      return undefined;
    });
    expect(numbers).toEqual([...upTo(4096), 9999, ...upTo(5999).slice(4096)]);
    expect(report).toMatchObject({ complete: false, restarts: 1, stop: { why: "changing" } });
  });
});
