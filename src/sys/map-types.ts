/** Names of `enum bpf_map_type` by number, as libbpf writes them: bpftool prints these. */
const MAP_TYPE_NAMES: readonly string[] = [
  "unspec",
  "hash",
  "array",
  "prog_array",
  "perf_event_array",
  "percpu_hash",
  "percpu_array",
  "stack_trace",
  "cgroup_array",
  "lru_hash",
  "lru_percpu_hash",
  "lpm_trie",
  "array_of_maps",
  "hash_of_maps",
  "devmap",
  "sockmap",
  "cpumap",
  "xskmap",
  "sockhash",
  "cgroup_storage",
  "reuseport_sockarray",
  "percpu_cgroup_storage",
  "queue",
  "stack",
  "sk_storage",
  "devmap_hash",
  "struct_ops",
  "ringbuf",
  "inode_storage",
  "task_storage",
  "bloom_filter",
  "user_ringbuf",
  "cgrp_storage",
  "arena",
  "insn_array",
  "rhash",
];

/**
 * The name of a map type, or undefined for one that has none: each bpftool knows the types of its own time, those
 * below `namesBelow` (a column of its dialect), and prints the number of a newer one.
 */
export function mapTypeName(type: number, namesBelow: number = MAP_TYPE_NAMES.length): string | undefined {
  return type < namesBelow ? MAP_TYPE_NAMES[type] : undefined;
}
