import { roundUp8 } from "../bytes.ts";
import type { MapInfo } from "../sys/info.ts";
import type { EntryShape } from "./entries.ts";

/** `enum bpf_map_type`, the types that a reader treats in a way of their own. */
export const BPF_MAP_TYPE_PROG_ARRAY = 3;
export const BPF_MAP_TYPE_PERF_EVENT_ARRAY = 4;
const BPF_MAP_TYPE_PERCPU_HASH = 5;
const BPF_MAP_TYPE_PERCPU_ARRAY = 6;
const BPF_MAP_TYPE_LRU_PERCPU_HASH = 10;
export const BPF_MAP_TYPE_LPM_TRIE = 11;
const BPF_MAP_TYPE_ARRAY_OF_MAPS = 12;
const BPF_MAP_TYPE_HASH_OF_MAPS = 13;
export const BPF_MAP_TYPE_REUSEPORT_SOCKARRAY = 20;
const BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE = 21;
const BPF_MAP_TYPE_RINGBUF = 27;
export const BPF_MAP_TYPE_USER_RINGBUF = 31;

/** Maps with one value for each possible CPU. */
export function isPerCpu(type: number): boolean {
  return (
    type === BPF_MAP_TYPE_PERCPU_HASH ||
    type === BPF_MAP_TYPE_PERCPU_ARRAY ||
    type === BPF_MAP_TYPE_LRU_PERCPU_HASH ||
    type === BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE
  );
}

/** Maps that hold no entries but records that flow through, from programs to a process or the other way. */
export function isRingBuffer(type: number): boolean {
  return type === BPF_MAP_TYPE_RINGBUF || type === BPF_MAP_TYPE_USER_RINGBUF;
}

/** Maps that `events` reads. */
export function isStream(type: number): boolean {
  return isRingBuffer(type) || type === BPF_MAP_TYPE_PERF_EVENT_ARRAY;
}

/** Maps whose values are the ids of maps. */
export function isMapOfMaps(type: number): boolean {
  return type === BPF_MAP_TYPE_ARRAY_OF_MAPS || type === BPF_MAP_TYPE_HASH_OF_MAPS;
}

/** Maps whose values are ids, of maps or of programs. */
export function holdsIds(type: number): boolean {
  return isMapOfMaps(type) || type === BPF_MAP_TYPE_PROG_ARRAY;
}

/** Types whose keys are the indexes below max_entries: array, prog_array, perf_event_array, percpu_array, and so on. */
const INDEXED: ReadonlySet<number> = new Set([2, 3, 4, 6, 8, 12, 14, 15, 16, 17, 20]);

/** Keys of such a map are never deleted, so a walk can't be thrown back. */
export function isIndexed(type: number): boolean {
  return INDEXED.has(type);
}

/** hash, percpu_hash, lru_hash, lru_percpu_hash, hash_of_maps. */
const BUCKETED: ReadonlySet<number> = new Set([1, 5, 9, 10, 13]);

/** Batch lookup reads such a map bucket by bucket. */
export function isBucketed(type: number): boolean {
  return BUCKETED.has(type);
}

/**
 * The one place that sizes value buffers. The kernel writes `round_up(value_size, 8)` bytes for each possible CPU into
 * the buffer of a per-CPU map, and `value_size` bytes for any other, without knowing how large the buffer is.
 */
export function entryShape(info: Pick<MapInfo, "type" | "keySize" | "valueSize">, possibleCpus: number): EntryShape {
  const { keySize, valueSize } = info;
  if (!isPerCpu(info.type)) return { keySize, valueSize, cpus: 0, valueStride: valueSize };
  return { keySize, valueSize, cpus: possibleCpus, valueStride: roundUp8(valueSize) * possibleCpus };
}
