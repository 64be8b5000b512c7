import { roundUp8 } from "../bytes.ts";
import type { MapInfo } from "../sys/info.ts";
import type { Kernel } from "../sys/kernel.ts";
import { isPerCpu } from "../sys/map-types.ts";
import type { EntryShape } from "./entries.ts";

/**
 * Returns the layout of a map's entries in memory. For a per-CPU map the kernel writes `round_up(value_size, 8)` bytes
 * for each possible CPU, and `value_size` bytes for any other map.
 */
export function entryShape(info: Pick<MapInfo, "type" | "keySize" | "valueSize">, possibleCpus: number): EntryShape {
  const { keySize, valueSize } = info;
  if (!isPerCpu(info.type)) return { keySize, valueSize, cpus: 0, valueStride: valueSize };
  return { keySize, valueSize, cpus: possibleCpus, valueStride: roundUp8(valueSize) * possibleCpus };
}

/**
 * Returns the most bytes that one value may take in a buffer. The kernel fills a buffer without knowing its size, so
 * buffers have this size until the number of CPUs is certain.
 */
export function valueRoom(info: Pick<MapInfo, "type" | "valueSize">, kernel: Pick<Kernel, "mostCpus">): number {
  return isPerCpu(info.type) ? roundUp8(info.valueSize) * kernel.mostCpus() : info.valueSize;
}
