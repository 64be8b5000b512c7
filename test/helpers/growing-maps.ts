import { kernelSizes } from "../../src/reader/kernel-sizes.ts";
import { entriesFromMemlock, readMemlock } from "../../src/reader/memlock-entries.ts";
import type { Fd } from "../../src/sys/fd.ts";
import type { LinuxKernel } from "../../src/sys/linux.ts";
import { BPF_F_NO_PREALLOC } from "../../src/sys/map-flags.ts";
import { createMap, deleteElement, updateElement } from "./bpf.ts";
import { isPerCpu, type MapTypeName } from "./map-types.ts";
import { Random } from "./random.ts";

/** A map that takes memory for entries as they come. */
export interface GrowingMap {
  readonly type: Extract<MapTypeName, "hash" | "percpu_hash" | "lpm_trie">;
  readonly keySize: number;
  readonly valueSize: number;
}

/** Counts by memory that were made, and those of them that are wrong. */
export interface MemlockCounts {
  /** The counts that were asked for, and those of them that the memory told. */
  readonly asked: number;
  readonly told: number;
  readonly wrong: readonly object[];
}

/**
 * Makes a map of each of these kinds, puts entries in and takes some out, and counts them by the map's memory each
 * time.
 */
export function countByMemlock(kernel: LinuxKernel, maps: readonly GrowingMap[]): MemlockCounts {
  const random = new Random(7);
  const sizes = kernelSizes(kernel);
  const wrong: object[] = [];
  let [asked, told] = [0, 0];
  for (const made of maps) {
    const maxEntries = 1 + random.below(5000);
    using map = createMap({ ...made, maxEntries, flags: BPF_F_NO_PREALLOC, name: "counted" });
    const filling = new Filling(kernel, map, made);
    const most = Math.min(maxEntries, made.type === "lpm_trie" ? 250 : 300);
    for (const entries of [0, 1, most, most - random.below(most), 0]) {
      filling.fill(entries);
      const info = { ...kernel.mapInfo(map), cpus: kernel.possibleCpus() };
      const counted = entriesFromMemlock(info, readMemlock(kernel, map), sizes);
      asked += 1;
      if (counted === undefined) continue;
      told += 1;
      if (counted !== entries) wrong.push({ ...made, maxEntries, entries, counted });
    }
  }
  return { asked, told, wrong };
}

class Filling {
  readonly #map: Fd;
  readonly #made: GrowingMap;
  readonly #value: Uint8Array;
  #count = 0;

  constructor(kernel: LinuxKernel, map: Fd, made: GrowingMap) {
    const { type, valueSize } = made;
    this.#map = map;
    this.#made = made;
    this.#value = new Uint8Array(isPerCpu(type) ? 8 * Math.ceil(valueSize / 8) * kernel.possibleCpus() : valueSize);
  }

  /** Puts entries in or takes some out until there are so many. */
  fill(entries: number): void {
    for (; this.#count < entries; this.#count++)
      updateElement(this.#map, growingKey(this.#count, this.#made), this.#value);
    for (; this.#count > entries; this.#count--) deleteElement(this.#map, growingKey(this.#count - 1, this.#made));
  }
}

/** A key of its own for each number below 2^16; in a trie a prefix of 16 bits, or with one byte of data of 8. */
export function growingKey(n: number, { type, keySize }: { type: MapTypeName; keySize: number }): Uint8Array {
  const key = new Uint8Array(keySize);
  if (type !== "lpm_trie") key.set([n & 0xff, (n >> 8) & 0xff]);
  else {
    const bits = Math.min(16, 8 * (keySize - 4));
    key.set([bits, 0, 0, 0, n & 0xff, ...(bits === 16 ? [n >> 8] : [])]);
  }
  return key;
}
