import { describe, expect, it } from "vitest";
import { CpuCheck } from "../../../src/reader/cpu-check.ts";
import { LiveMap } from "../../../src/reader/live-map.ts";
import { FakeKernel, type FakeMap, fakeEntry, fakeMap } from "../../helpers/fake-kernel.ts";
import { typed } from "./read-fake.ts";

/** A per-CPU map whose values the kernel writes for so many CPUs, all of their bytes `byte`. */
function perCpuMap(entries: number, cpus: number, byte = 0): FakeMap {
  const map = typed(fakeMap(entries), "percpu_hash");
  const values = new Uint8Array(8 * cpus).fill(byte);
  return { ...map, buckets: Array.from({ length: entries }, (_, n) => [{ key: fakeEntry(n).key, value: values }]) };
}

/** A kernel that lists so many CPUs. */
class ListingKernel extends FakeKernel {
  readonly #listed: number;

  constructor(map: FakeMap, listed: number) {
    super([map]);
    this.#listed = listed;
  }

  override possibleCpus(): number {
    return this.#listed;
  }
}

describe("the number of CPUs", () => {
  it.each([
    ["zeros", 0],
    ["ones", 0xff],
  ])("is counted in what the kernel wrote, be it %s", (_what, byte) => {
    for (const cpus of [1, 2, 3, 4]) {
      const kernel = new ListingKernel(perCpuMap(1, cpus, byte), cpus);
      using live = new LiveMap(kernel, kernel.openMap(1));
      using source = live.entries();
      expect(live.shape).toEqual({ keySize: 4, valueSize: 8, cpus, valueStride: 8 * cpus });
      expect(source.next()).toMatchObject({ count: 1 });
      expect(new CpuCheck(kernel, { type: 5, valueSize: 8 }, "another map").cpus).toBe(cpus);
    }
  });

  it.each([
    [2, 1],
    [2, 3],
    [4, 2],
  ])("of which the kernel has %i and lists %i is an error, before anything is read by it", (cpus, listed) => {
    const kernel = new ListingKernel(perCpuMap(3, cpus), listed);
    using live = new LiveMap(kernel, kernel.openMap(1));
    const message = `read map id 1 (fake): the kernel has values for ${cpus} CPUs, but /sys/devices/system/cpu/possible lists ${listed}`;
    expect(() => live.entries()).toThrow(message);
    expect(() => live.lookup(fakeEntry(1).key, new Uint8Array(8 * listed))).toThrow(message);
    expect(kernel.calls.lookupBatch).toBe(0);
  });

  it("is checked by a lookup before anything else was read", () => {
    const kernel = new ListingKernel(perCpuMap(3, 2), 1);
    using live = new LiveMap(kernel, kernel.openMap(1));
    expect(() => live.lookup(fakeEntry(1).key, new Uint8Array(8))).toThrow("the kernel has values for 2 CPUs");
  });

  it("costs no call before entries are read", () => {
    const kernel = new FakeKernel([perCpuMap(3, 2)]);
    using live = new LiveMap(kernel, kernel.openMap(1));
    expect(live.shape.cpus).toBe(2);
    expect([kernel.calls.nextKey, kernel.calls.lookup]).toEqual([0, 0]);
  });

  it("is the list's for a map without entries, until some come", () => {
    const map = perCpuMap(2, 2);
    const entries = map.buckets.splice(0);
    const kernel = new ListingKernel(map, 1);
    using live = new LiveMap(kernel, kernel.openMap(1));
    expect(live.shape.cpus).toBe(1);
    using source = live.entries();
    map.buckets.push(...entries);
    expect(() => source.next()).toThrow("the kernel has values for 2 CPUs");
  });

  it("is checked by the first lookup, too, into a buffer that is too short for it", () => {
    const map = perCpuMap(1, 4);
    const entries = map.buckets.splice(0);
    const kernel = new ListingKernel(map, 2);
    using live = new LiveMap(kernel, kernel.openMap(1));
    const { valueStride } = live.shape;
    map.buckets.push(...entries);
    expect(() => live.lookup(fakeEntry(0).key, new Uint8Array(valueStride))).toThrow(
      "the kernel has values for 4 CPUs",
    );
  });

  it("is what was counted where there is no list", () => {
    const kernel = new (class extends FakeKernel {
      override possibleCpus(): number {
        return this.refuse("no list");
      }
    })([perCpuMap(1, 3)]);
    using live = new LiveMap(kernel, kernel.openMap(1));
    expect(live.shape.cpus).toBe(3);
  });

  it("is an error where there is neither a list nor a value", () => {
    const kernel = new (class extends FakeKernel {
      override possibleCpus(): number {
        return this.refuse("no list");
      }
    })([perCpuMap(0, 3)]);
    using live = new LiveMap(kernel, kernel.openMap(1));
    expect(() => live.shape).toThrow("no list");
  });
});

it("gives the kernel room for as many CPUs as it can have, until it is known how many it has", () => {
  const kernel = new FakeKernel([perCpuMap(1, 2)]);
  const check = new CpuCheck(kernel, { type: 5, valueSize: 12 }, "a map");
  expect(check.valueRoom).toBe(16 * kernel.mostCpus());
  expect(check.buffer(10)).toHaveLength(160 * kernel.mostCpus());
  using fd = kernel.openMap(1);
  new CpuCheck(kernel, { type: 5, valueSize: 8 }, "the map").probe(fd, 4);
  expect(check.valueRoom).toBe(32);
});
