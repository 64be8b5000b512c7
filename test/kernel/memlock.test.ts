import { release } from "node:os";
import { expect, test } from "vitest";
import { findMaps } from "../../src/reader/find.ts";
import { kernelSizes } from "../../src/reader/kernel-sizes.ts";
import { entriesFromMemlock, readMemlock } from "../../src/reader/memlock-entries.ts";
import { measureOccupancy } from "../../src/reader/occupancy.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { BPF_F_NO_PREALLOC } from "../../src/sys/map-flags.ts";
import { createMap, updateBatch, updateElement } from "../helpers/bpf.ts";
import { countByMemlock, type GrowingMap, growingKey } from "../helpers/growing-maps.ts";
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

  test.each<[GrowingMap["type"], minKey: number]>([
    ["hash", 0],
    ["percpu_hash", 0],
    ["lpm_trie", 5],
  ])("%s, with keys and values of many sizes, as entries come and go", (type, minKey) => {
    const keySizes = KEY_SIZES.filter((size) => size >= minKey);
    const maps = keySizes.flatMap((keySize) => VALUE_SIZES.map((valueSize) => ({ type, keySize, valueSize })));
    const { asked, told, wrong } = countByMemlock(kernel, maps);
    expect(wrong).toEqual([]);
    // Whole pages tell nothing, nor does what two sizes divide.
    if (isCounting()) expect(told).toBeGreaterThan(0.95 * asked);
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
    const value = Uint8Array.of(inner.number, 0, 0, 0);
    for (let n = 0; n < 5; n++) updateElement(map, growingKey(n, { type: "hash_of_maps", keySize: 12 }), value);
    const info = { ...kernel.mapInfo(map), cpus: kernel.possibleCpus() };
    expect(entriesFromMemlock(info, readMemlock(kernel, map), kernelSizes(kernel))).toBe(5);
  });
});
