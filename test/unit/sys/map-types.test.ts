import { expect, test } from "vitest";
import { mapTypeName } from "../../../src/sys/map-types.ts";
import { progTypeName } from "../../../src/sys/prog-types.ts";

test.each([
  [0, undefined, "unspec"],
  [1, undefined, "hash"],
  [15, undefined, "sockmap"],
  [19, undefined, "cgroup_storage"],
  [25, undefined, "devmap_hash"],
  [35, undefined, "rhash"],
  [36, undefined, undefined],
  [4294967295, undefined, undefined],
  [28, 29, "inode_storage"],
  [29, 29, undefined],
  [32, 34, "cgrp_storage"],
])("map type %d where names end at %s is %s", (type, namesBelow, name) => {
  expect(mapTypeName(type, namesBelow)).toBe(name);
});

test.each([
  [1, undefined, "socket_filter"],
  [3, undefined, "sched_cls"],
  [26, undefined, "tracing"],
  [32, undefined, "netfilter"],
  [33, undefined, undefined],
  [32, 32, undefined],
])("program type %d where names end at %s is %s", (type, namesBelow, name) => {
  expect(progTypeName(type, namesBelow)).toBe(name);
});
