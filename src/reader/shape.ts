import { roundUp8 } from "../bytes.ts";
import type { MapInfo } from "../sys/info.ts";
import type { Kernel } from "../sys/kernel.ts";
import { isPerCpu } from "../sys/map-types.ts";
import type { EntryShape } from "./entries.ts";

/**
 * How the entries of a map lie in memory. For a per-CPU map the kernel writes `round_up(value_size, 8)` bytes for each
 * possible CPU, and `value_size` bytes for any other.
 */
export function entryShape(info: Pick<MapInfo, "type" | "keySize" | "valueSize">, possibleCpus: number): EntryShape {
  const { keySize, valueSize } = info;
  if (!isPerCpu(info.type)) return { keySize, valueSize, cpus: 0, valueStride: valueSize };
  return { keySize, valueSize, cpus: possibleCpus, valueStride: roundUp8(valueSize) * possibleCpus };
}

/**
 * The bytes that one value may take in a buffer at most. The kernel fills a buffer without knowing how large it is, so one
 * that is given to it before the number of CPUs is certain has this size.
 */
export function valueRoom(info: Pick<MapInfo, "type" | "valueSize">, kernel: Pick<Kernel, "mostCpus">): number {
  return isPerCpu(info.type) ? roundUp8(info.valueSize) * kernel.mostCpus() : info.valueSize;
}
