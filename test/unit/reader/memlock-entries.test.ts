import { describe, expect, test } from "vitest";
import type { KernelSizes } from "../../../src/reader/kernel-sizes.ts";
import {
  entriesFromMemlock,
  isCountedByMemlock,
  type MemlockInfo,
  trieEntries,
} from "../../../src/reader/memlock-entries.ts";
import { MAP_TYPES, type MapTypeName } from "../../helpers/map-types.ts";

describe("an LPM trie", () => {
  test.each<
    [what: string, memlock: string | undefined, keySize: number, valueSize: number, entries: number | undefined]
  >([
    ["Linux 6.18, measured: 8 + 64 bytes, five entries", "460", 8, 64, 5],
    ["Linux 6.18, measured: 20 + 8 bytes, one entry", "48", 20, 8, 1],
    ["a node with an rcu_head, before 6.13", "432", 8, 64, 4],
    ["a million entries", "92000000", 8, 64, 1_000_000],
    ["no such line", undefined, 8, 64, undefined],
    ["no number", "many", 8, 64, undefined],
    ["nothing where the number should be", "", 8, 64, undefined],
    ["an empty trie", "0", 8, 64, 0],
    ["before 6.4: max_entries in whole pages", "4096", 8, 4, undefined],
    ["whole pages that would fit", String(92 * 1024), 8, 64, undefined],
    ["not the size of any node", "461", 8, 64, undefined],
    ["a multiple of both sizes", String(92 * 108), 8, 64, undefined],
    ["more than a number holds", "9".repeat(20), 8, 64, undefined],
  ])("%s", (_what, memlock, keySize, valueSize, entries) => {
    expect(trieEntries(memlock, { keySize, valueSize })).toBe(entries);
  });

  test("a multiple of both sizes is no riddle where BTF tells the size", () => {
    expect(trieEntries(String(92 * 108), { keySize: 8, valueSize: 64 }, SIZES)).toBe(108);
  });

  test("whole pages are no riddle where BTF says that they are the memory in use", () => {
    expect(trieEntries(String(92 * 1024), { keySize: 8, valueSize: 64 }, SIZES)).toBe(1024);
    const before = { ...SIZES, isMemoryInUse: false };
    expect(trieEntries(String(92 * 1024), { keySize: 8, valueSize: 64 }, before)).toBeUndefined();
  });
});

/** Of Linux 6.18 on x86-64. */
const SIZES: KernelSizes = {
  htab: 832,
  htabHasLocks: false,
  bucket: 16,
  htabElem: 48,
  lpmTrieNode: 24,
  isMemoryInUse: true,
};
const GROWING = 1;

function info(type: MapTypeName, changes: Partial<MemlockInfo> = {}): MemlockInfo {
  return { type: MAP_TYPES[type], mapFlags: GROWING, keySize: 4, valueSize: 8, maxEntries: 1000, cpus: 2, ...changes };
}

/** What a hash of two CPUs takes before it has entries: the struct, 8 counters a CPU, and 1024 buckets. */
const EMPTY = 832 + 2 * 8 * 4 + 1024 * 16;
/** An entry of it: header, key, value, and the allocator's pointer. */
const ENTRY = 48 + 8 + 8 + 8;
/** The same in a per-CPU hash: two pointers, the allocator's twice, and the values. */
const PER_CPU_ENTRY = 48 + 8 + 8 + 8 + 8 + 8 + 2 * 8;

describe("a hash that isn't preallocated", () => {
  test.each<[what: string, info: MemlockInfo, memlock: number, entries: number | undefined]>([
    ["an empty one", info("hash"), EMPTY, 0],
    ["with entries", info("hash"), EMPTY + 77 * ENTRY, 77],
    ["full", info("hash"), EMPTY + 1000 * ENTRY, 1000],
    ["of a kernel that counts no locks", info("hash"), EMPTY - 64 + 77 * ENTRY, 77],
    ["of maps", info("hash_of_maps", { valueSize: 4 }), EMPTY + 5 * ENTRY, 5],
    ["with keys of 20 and values of 12 bytes", info("hash", { keySize: 20, valueSize: 12 }), EMPTY + 9 * 96, 9],
    ["with a value for each of two CPUs", info("percpu_hash"), EMPTY + 31 * PER_CPU_ENTRY, 31],
    [
      "measured: 12,000,000 of room, 100,000 entries",
      info("hash", { keySize: 16, valueSize: 48, maxEntries: 12_000_000 }),
      280_436_352,
      100_000,
    ],
    ["a byte too many", info("hash"), EMPTY + 77 * ENTRY + 1, undefined],
    ["less than an empty one takes", info("hash"), EMPTY - 65, undefined],
    ["more entries than it can have", info("hash"), EMPTY + 1001 * ENTRY, undefined],
    ["whole pages, as before 6.4", info("hash"), 16_384, undefined],
    ["preallocated", info("hash", { mapFlags: 0 }), EMPTY, undefined],
    ["LRU, which always is", info("lru_hash"), EMPTY, undefined],
    ["an array", info("array"), EMPTY, undefined],
  ])("%s", (_what, map, memlock, entries) => {
    expect(entriesFromMemlock(map, String(memlock), SIZES)).toBe(entries);
  });

  test("whole pages are entries, too, where BTF says that they are the memory in use", () => {
    // 832 + 64 + 16,384 + n * 72 is a multiple of 4096 for n = 272.
    const pages = EMPTY + 272 * ENTRY;
    expect(pages % 4096).toBe(0);
    expect(entriesFromMemlock(info("hash"), String(pages), SIZES)).toBe(272);
    expect(entriesFromMemlock(info("hash"), String(pages), { ...SIZES, isMemoryInUse: false })).toBeUndefined();
  });

  test("nothing is told where the sizes of structs aren't known, or fdinfo isn't", () => {
    expect(entriesFromMemlock(info("hash"), String(EMPTY), undefined)).toBeUndefined();
    expect(entriesFromMemlock(info("hash"), undefined, SIZES)).toBeUndefined();
  });

  test("locks that are as long as entries are no answer, unless BTF says that there are some", () => {
    const locked = { ...SIZES, htabHasLocks: true };
    // 9 CPUs have 288 bytes of them: four entries.
    const nine = info("hash", { cpus: 9 });
    const memlock = String(832 + 1024 * 16 + 10 * ENTRY);
    expect(entriesFromMemlock(nine, memlock, SIZES)).toBeUndefined();
    expect(entriesFromMemlock(nine, memlock, locked)).toBe(6);
    // 4 CPUs have 128: an entry with a key of 64 bytes and a value of 1.
    const four = info("hash", { cpus: 4, keySize: 64, valueSize: 1 });
    const empty = String(832 + 1024 * 16 + 128);
    expect(entriesFromMemlock(four, empty, SIZES)).toBeUndefined();
    expect(entriesFromMemlock(four, empty, locked)).toBe(0);
    expect(entriesFromMemlock(four, String(832 + 1024 * 16), locked)).toBeUndefined();
  });
});

test("which maps are counted by their memory", () => {
  const counted = (type: MapTypeName, mapFlags: number): boolean =>
    isCountedByMemlock({ type: MAP_TYPES[type], mapFlags });
  expect((["hash", "percpu_hash", "hash_of_maps", "lpm_trie"] as const).map((type) => counted(type, GROWING))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect((["hash", "percpu_hash", "hash_of_maps"] as const).map((type) => counted(type, 0))).toEqual([
    false,
    false,
    false,
  ]);
  expect(counted("sockhash", GROWING)).toBe(false);
});
