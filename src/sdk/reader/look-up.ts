import type { MapSource } from "../../reader/map-source.ts";
import { callError } from "../../reader/read-error.ts";
import { ENOENT } from "../../sys/errno.ts";
import { kernelBuffer } from "../../sys/kernel-buffer.ts";

/** The bytes of the value of a key, or undefined where there is none. Throws NO_PERMISSION, NOT_READABLE or KERNEL. */
export async function lookUp(map: MapSource, key: Uint8Array | null): Promise<Uint8Array | undefined> {
  const value = kernelBuffer(map.shape.valueStride);
  return found(map, await map.lookup(key, value), value);
}

/** The same for a map of the kernel, which answers at once. */
export function lookUpSync(map: MapSource, key: Uint8Array | null): Uint8Array | undefined {
  const value = kernelBuffer(map.shape.valueStride);
  return found(map, map.lookup(key, value) as number, value);
}

function found(map: MapSource, errno: number, value: Uint8Array): Uint8Array | undefined {
  if (errno === 0) return value;
  if (errno === ENOENT) return undefined;
  throw callError("look up a key in", map, "lookup", errno);
}
