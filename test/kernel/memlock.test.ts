import { release } from "node:os";
import { expect, test } from "vitest";
import { findMaps } from "../../src/reader/find.ts";
import { kernelSizes } from "../../src/reader/kernel-sizes.ts";
import { entriesFromMemlock, readMemlock } from "../../src/reader/memlock-entries.ts";
import { measureOccupancy } from "../../src/reader/occupancy.ts";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { BPF_F_NO_PREALLOC } from "../../src/sys/map-flags.ts";
import { createMap, deleteElement, updateBatch, updateElement } from "../helpers/bpf.ts";
import { isPerCpu, type MapTypeName } from "../helpers/map-types.ts";
import { Random } from "../helpers/random.ts";
import { liveSuite, skip } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const kernel = new LinuxKernel();
const KEY_SIZES = [4, 5, 8, 12, 16, 20, 31, 64, 256];
const VALUE_SIZES = [1, 4, 8, 12, 24, 63, 64, 100, 1024];

/** Since Linux 6.4 memlock is what a map takes. */
function isCounting(): boolean {
  const [major = 0, minor = 0] = release().split(".").map(Number);
  return major > 6 || (major === 6 && minor >= 4);
}

liveSuite("the memory of a map tells how many entries it has", ["kernel"], () => {
  const scratch = useScratch();

  test.each<[MapTypeName, minKey: number]>([
    ["hash", 0],
    ["percpu_hash", 0],
    ["lpm_trie", 5],
  ])("%s, with keys and values of many sizes, as entries come and go", (type, minKey) => {
    const random = new Random(7);
    const sizes = kernelSizes(kernel);
    const wrong: unknown[] = [];
    let told = 0;
    for (const keySize of KEY_SIZES.filter((size) => size >= minKey)) {
      for (const valueSize of VALUE_SIZES) {
        const maxEntries = 1 + random.below(5000);
        const map = createMap({ type, keySize, valueSize, maxEntries, flags: BPF_F_NO_PREALLOC, name: "counted" });
        using owned = map;
        const most = Math.min(maxEntries, keySize === 5 && type === "lpm_trie" ? 256 : 300);
        for (const entries of [0, 1, most, most - random.below(most), 0]) {
          fill(owned, { type, keySize, valueSize }, entries);
          const info = { ...kernel.mapInfo(owned), cpus: kernel.possibleCpus() };
          const counted = entriesFromMemlock(info, readMemlock(kernel, owned), sizes);
          if (counted !== undefined) told += 1;
          if (counted !== undefined && counted !== entries)
            wrong.push({ type, keySize, valueSize, maxEntries, entries, counted });
        }
      }
    }
    expect(wrong).toEqual([]);
    // Whole pages tell nothing, nor does what two sizes divide.
    if (isCounting())
      expect(told).toBeGreaterThan(0.95 * 5 * KEY_SIZES.filter((size) => size >= minKey).length * VALUE_SIZES.length);
  });

  test("a large hash is counted without being read", async (context) => {
    if (!isCounting()) skip(context, "counting a hash by its memory", "Linux 6.4");
    const map = scratch.own(
      createMap({
        type: "hash",
        keySize: 8,
        valueSize: 16,
        maxEntries: 1_000_000,
        flags: BPF_F_NO_PREALLOC,
        name: "large",
      }),
    );
    const count = 100_000;
    const keys = new Uint8Array(8 * count);
    const view = new DataView(keys.buffer);
    for (let i = 0; i < count; i++) view.setUint32(8 * i, i, true);
    updateBatch(map, keys, new Uint8Array(16 * count), count);
    for (const open of findMaps(kernel, { by: "id", id: kernel.mapInfo(map).id })) {
      using source = open;
      expect(await measureOccupancy(source)).toMatchObject({ entries: count, mode: "memlock", report: undefined });
    }
  });

  test("a hash of maps, too", (context) => {
    if (!isCounting()) skip(context, "counting a hash by its memory", "Linux 6.4");
    const inner = scratch.own(createMap({ type: "array", keySize: 4, valueSize: 4, maxEntries: 1, name: "inner" }));
    const map = scratch.own(
      createMap({
        type: "hash_of_maps",
        keySize: 12,
        valueSize: 4,
        maxEntries: 77,
        flags: BPF_F_NO_PREALLOC,
        inner,
        name: "outer",
      }),
    );
    for (let n = 0; n < 5; n++)
      updateElement(map, keyOf(n, { type: "hash_of_maps", keySize: 12 }), Uint8Array.from(u32(inner.number)));
    const info = { ...kernel.mapInfo(map), cpus: kernel.possibleCpus() };
    expect(entriesFromMemlock(info, readMemlock(kernel, map), kernelSizes(kernel))).toBe(5);
  });
});

interface Made {
  readonly type: MapTypeName;
  readonly keySize: number;
  readonly valueSize: number;
}

/** How many entries each map had last. */
const filled = new WeakMap<Fd, number>();

/** Puts entries in or takes some out until there are so many. */
function fill(map: Fd, made: Made, entries: number): void {
  const value = new Uint8Array(
    isPerCpu(made.type) ? 8 * Math.ceil(made.valueSize / 8) * kernel.possibleCpus() : made.valueSize,
  );
  let count = filled.get(map) ?? 0;
  for (; count < entries; count++) updateElement(map, keyOf(count, made), value);
  for (; count > entries; count--) deleteElement(map, keyOf(count - 1, made));
  filled.set(map, count);
}

/** A key of its own for each number below 2^16, if it has more than one byte; that of a trie is a prefix of 16 bits or of 8. */
function keyOf(n: number, { type, keySize }: Pick<Made, "type" | "keySize">): Uint8Array {
  const key = new Uint8Array(keySize);
  if (type !== "lpm_trie") key.set(u32(n));
  else {
    const bits = Math.min(16, 8 * (keySize - 4));
    key.set([bits, 0, 0, 0, n & 0xff, ...(bits === 16 ? [n >> 8] : [])]);
  }
  return key;
}

function u32(n: number): number[] {
  return [n & 0xff, (n >> 8) & 0xff, (n >> 16) & 0xff, n >>> 24];
}
