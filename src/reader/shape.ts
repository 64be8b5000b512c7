import { roundUp8 } from "../bytes.ts";
import type { MapInfo } from "../sys/info.ts";
import { isPerCpu } from "../sys/map-types.ts";
import type { EntryShape } from "./entries.ts";

/**
 * The one place that sizes value buffers. The kernel writes `round_up(value_size, 8)` bytes for each possible CPU into
 * the buffer of a per-CPU map, and `value_size` bytes for any other, without knowing how large the buffer is.
 */
export function entryShape(info: Pick<MapInfo, "type" | "keySize" | "valueSize">, possibleCpus: number): EntryShape {
  const { keySize, valueSize } = info;
  if (!isPerCpu(info.type)) return { keySize, valueSize, cpus: 0, valueStride: valueSize };
  return { keySize, valueSize, cpus: possibleCpus, valueStride: roundUp8(valueSize) * possibleCpus };
}
