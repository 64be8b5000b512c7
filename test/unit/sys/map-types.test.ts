import { describe, expect, test } from "vitest";
import {
  isMapOfMaps,
  isPerCpu,
  isRingBuffer,
  isStream,
  mapTypeFacts,
  mapTypeName,
} from "../../../src/sys/map-types.ts";
import { MAP_TYPES, type MapTypeName } from "../../helpers/map-types.ts";

const NAMES = Object.keys(MAP_TYPES) as MapTypeName[];

test.each([
  [0, undefined, "unspec"],
  [1, undefined, "hash"],
  [15, undefined, "sockmap"],
  [19, undefined, "cgroup_storage"],
  [25, undefined, "devmap_hash"],
  [35, undefined, "rhash"],
  [36, undefined, undefined],
  [4294967295, undefined, undefined],
  [-1, undefined, undefined],
  [28, "5.10", "inode_storage"],
  [29, "5.10", undefined],
  [29, "5.11", "task_storage"],
  [31, "7.1", "user_ringbuf"],
  [32, "7.1", undefined],
  [32, "7.5", "cgrp_storage"],
  [33, "7.3", undefined],
  [33, "7.5", "arena"],
  [34, "7.5", undefined],
  [35, "7.8", "rhash"],
  [35, "7.10", "rhash"],
  [31, "10.0", "user_ringbuf"],
])("bpftool's name of map type %d in version %s is %s", (type, bpftool, name) => {
  expect(mapTypeName(type, bpftool)).toBe(name);
});

describe("the facts", () => {
  const ofFact = (holds: (type: number) => boolean): string[] => NAMES.filter((name) => holds(MAP_TYPES[name]));
  const keysOf = (keys: string) => (type: number) => mapTypeFacts(type).keys === keys;

  test("each type has the name that the tests know it by", () => {
    expect(NAMES.map((name) => mapTypeName(MAP_TYPES[name]))).toEqual(NAMES);
  });

  test.each<[what: string, holds: (type: number) => boolean, names: string]>([
    ["a value for each CPU", isPerCpu, "percpu_hash percpu_array lru_percpu_hash percpu_cgroup_storage"],
    ["ids of maps", isMapOfMaps, "array_of_maps hash_of_maps"],
    ["a ring", isRingBuffer, "ringbuf user_ringbuf"],
    ["a stream of events", isStream, "perf_event_array ringbuf user_ringbuf"],
    ["buckets", keysOf("buckets"), "hash percpu_hash lru_hash lru_percpu_hash hash_of_maps"],
    [
      "indexes",
      keysOf("indexes"),
      "array prog_array perf_event_array percpu_array cgroup_array array_of_maps devmap sockmap cpumap xskmap reuseport_sockarray insn_array",
    ],
    ["no keys", keysOf("none"), "queue stack ringbuf bloom_filter user_ringbuf arena"],
    [
      "no list of entries",
      (type) => mapTypeFacts(type).read.unlisted !== undefined,
      "queue stack sk_storage ringbuf inode_storage task_storage bloom_filter user_ringbuf cgrp_storage arena",
    ],
    [
      "hidden values",
      (type) => mapTypeFacts(type).read.hidden !== undefined,
      "perf_event_array cgroup_array sockmap xskmap sockhash reuseport_sockarray",
    ],
    [
      "memory that tells the number of entries",
      (type) => mapTypeFacts(type).memlock !== "fixed",
      "hash percpu_hash lpm_trie hash_of_maps",
    ],
  ])("%s", (_what, holds, names) => {
    expect(ofFact(holds).sort()).toEqual(names.split(" ").sort());
  });

  test("a type that is newer than the program is read like any other", () => {
    expect(mapTypeFacts(99)).toMatchObject({
      keys: "any",
      values: "bytes",
      read: { by: "batch" },
      whenFull: "refuses",
    });
  });
});
