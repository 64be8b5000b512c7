/** `enum bpf_map_type` (include/uapi/linux/bpf.h), by bpftool's names. */
export const MAP_TYPES = {
  hash: 1,
  array: 2,
  prog_array: 3,
  perf_event_array: 4,
  percpu_hash: 5,
  percpu_array: 6,
  stack_trace: 7,
  cgroup_array: 8,
  lru_hash: 9,
  lru_percpu_hash: 10,
  lpm_trie: 11,
  array_of_maps: 12,
  hash_of_maps: 13,
  devmap: 14,
  sockmap: 15,
  cpumap: 16,
  xskmap: 17,
  sockhash: 18,
  cgroup_storage: 19,
  reuseport_sockarray: 20,
  percpu_cgroup_storage: 21,
  queue: 22,
  stack: 23,
  sk_storage: 24,
  devmap_hash: 25,
  struct_ops: 26,
  ringbuf: 27,
  inode_storage: 28,
  task_storage: 29,
  bloom_filter: 30,
  user_ringbuf: 31,
  cgrp_storage: 32,
  arena: 33,
  insn_array: 34,
  rhash: 35,
} as const;

export type MapTypeName = keyof typeof MAP_TYPES;

/** The name of a type's number. */
export function mapTypeName(number: number): MapTypeName {
  const entry = Object.entries(MAP_TYPES).find(([, value]) => value === number);
  if (entry === undefined) throw new RangeError(`map type ${number} has no name here`);
  return entry[0] as MapTypeName;
}

const PER_CPU: readonly MapTypeName[] = ["percpu_hash", "percpu_array", "lru_percpu_hash", "percpu_cgroup_storage"];

export function isPerCpu(type: MapTypeName): boolean {
  return PER_CPU.includes(type);
}
