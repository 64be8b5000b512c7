import { EbpfMapError } from "../errors.ts";
import { valueRoom } from "../reader/shape.ts";
import { EINVAL, ENOENT, ENOTSUPP, EOPNOTSUPP } from "../sys/errno.ts";
import type { Fd } from "../sys/fd.ts";
import type { MapInfo } from "../sys/info.ts";
import type { Kernel } from "../sys/kernel.ts";
import { kernelBuffer } from "../sys/kernel-buffer.ts";
import { mapTypeName } from "../sys/map-types.ts";

/** The maps that are there, by type, and whether the kernel reads many entries of one in a call. */
export interface TypeCensus {
  /** The errno because of which maps can't be listed; 0 where they can. */
  readonly errno: number;
  readonly maps: number;
  /** By the type's name (its number where it has none), in the order in which they were met. */
  readonly batch: Readonly<Record<string, boolean>>;
}

/** Values larger than this are not read for a question about their type. */
const MAX_VALUE_BYTES = 1 << 20;

/**
 * Counts the maps of this kernel and asks, with the first of each type, for a batch of one entry. Nothing is made for
 * the purpose, so nothing is said of types of which there is no map.
 */
export function takeCensus(kernel: Kernel): TypeCensus {
  const batch: Record<string, boolean> = {};
  let maps = 0;
  for (let id = 0; ; ) {
    const next = kernel.nextMapId(id);
    if (next.errno !== 0) return { errno: next.errno === ENOENT ? 0 : next.errno, maps, batch };
    id = next.id;
    maps += 1;
    askForBatch(kernel, id, batch);
  }
}

function askForBatch(kernel: Kernel, id: number, batch: Record<string, boolean>): void {
  try {
    using fd = kernel.openMap(id);
    const info = kernel.mapInfo(fd);
    const name = mapTypeName(info.type) ?? `type ${info.type}`;
    if (!Object.hasOwn(batch, name)) batch[name] = offersBatch(kernel, fd, info);
  } catch (error) {
    // It has gone meanwhile.
    if (!(error instanceof EbpfMapError)) throw error;
  }
}

function offersBatch(kernel: Kernel, fd: Fd, info: MapInfo): boolean {
  const { keySize, valueSize } = info;
  if (keySize === 0 || valueSize > MAX_VALUE_BYTES) return false;
  const cursorSize = Math.max(4, keySize);
  const buffers = {
    keys: kernelBuffer(keySize),
    values: kernelBuffer(valueRoom(info, kernel)),
    cursorIn: kernelBuffer(cursorSize),
    cursorOut: kernelBuffer(cursorSize),
  };
  const result = { errno: 0, count: 0 };
  kernel.lookupBatch(fd, buffers, 1, true, result);
  return ![EINVAL, ENOTSUPP, EOPNOTSUPP].includes(result.errno);
}
