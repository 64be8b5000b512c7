import { expect, test } from "vitest";
import { findMaps } from "../../src/reader/find.ts";
import { measureOccupancy } from "../../src/reader/occupancy.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import type { WhenFull } from "../../src/sys/map-types.ts";
import { MAP_RECIPES, makeMap } from "../helpers/map-recipes.ts";
import type { MapTypeName } from "../helpers/map-types.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const kernel = new LinuxKernel();

/** Types whose entries user space can't count. */
const UNCOUNTABLE: readonly string[] = [
  ...["perf_event_array", "cgroup_array", "sockmap", "xskmap", "reuseport_sockarray", "queue", "stack"],
  ...[
    "bloom_filter",
    "ringbuf",
    "user_ringbuf",
    "arena",
    "sk_storage",
    "inode_storage",
    "task_storage",
    "cgrp_storage",
  ],
];

/** Recipes that can't put two entries in. */
const FEWER: Readonly<Record<string, number>> = {
  "reuseport_sockarray with 8-byte values": 1,
  cgroup_storage: 0,
  percpu_cgroup_storage: 0,
};

const WHEN_FULL: Partial<Record<MapTypeName, WhenFull>> = {
  lru_hash: "evicts",
  lru_percpu_hash: "evicts",
  hash: "refuses",
  percpu_hash: "refuses",
  lpm_trie: "refuses",
  stack_trace: "refuses",
  hash_of_maps: "refuses",
  devmap_hash: "refuses",
  sockhash: "refuses",
  queue: "refuses",
  stack: "refuses",
  array: "fixed",
  percpu_array: "fixed",
  prog_array: "fixed",
  array_of_maps: "fixed",
  sockmap: "fixed",
  ringbuf: "drops",
  user_ringbuf: "refuses",
  task_storage: "none",
};

liveSuite("how full maps are", ["kernel"], () => {
  const scratch = useScratch();

  test.for(MAP_RECIPES)("$name", async (recipe) => {
    const map = await makeMap(scratch, recipe, { count: 2, btf: recipe.btf === "always", name: "measured" });
    for (const source of findMaps(kernel, { by: "id", id: kernel.mapInfo(map).id })) {
      using open = source;
      const { entries, whenFull } = await measureOccupancy(open);
      expect(entries).toBe(UNCOUNTABLE.includes(recipe.name) ? undefined : (FEWER[recipe.name] ?? 2));
      expect(whenFull).toBe(WHEN_FULL[recipe.type] ?? whenFull);
    }
  });
});
