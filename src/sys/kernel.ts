import type { WritableMap } from "./events/kernel.ts";
import type { RingPositions } from "./events/ring-positions.ts";
import type { Fd } from "./fd.ts";
import type { BtfInfo, MapInfo, ProgInfo } from "./info.ts";

/** What a pinned file or a descriptor turned out to be. */
export type ObjectKind = "map" | "prog" | "link" | "btf" | "unknown";

/** The buffers of one batch read. `keys` and `values` hold `capacity` entries; cursors are at least 4 bytes. */
export interface BatchBuffers {
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
  readonly cursorIn: Uint8Array;
  readonly cursorOut: Uint8Array;
}

/** `errno` is 0 on success. `count` is what the kernel left there: see the batch protocol above `src/reader/batch.ts`. */
export interface BatchResult {
  errno: number;
  count: number;
}

/** The `key:\tvalue` lines of `/proc/self/fdinfo/FD`: what stands behind a key, undefined where there is no such line. */
export interface Fdinfo {
  get(key: string): string | undefined;
}

/**
 * The kernel's door, and the only one: everything that reads maps calls these methods, so that a fake can stand in.
 *
 * Methods that open something throw an EbpfMapError. The four that run once an entry (`lookup`, `nextKey`,
 * `lookupBatch` and `idsAfter`) return errno as a number instead, 0 for success, because to them most errnos are
 * answers and not failures. No method changes a map.
 */
export interface Kernel {
  /** The smallest map id above `id`, or an errno: ENOENT at the end, EPERM without CAP_SYS_ADMIN. */
  nextMapId(id: number): { errno: number; id: number };
  /** Opens a map by id with BPF_F_RDONLY. Throws NO_SUCH_MAP, NO_PERMISSION or KERNEL. */
  openMap(id: number): Fd;
  /** Opens a pinned object with BPF_F_RDONLY. What it is, {@link Kernel.objectKind} tells. */
  openPinned(path: string): Fd;
  /** Opens BTF by id. Throws NO_PERMISSION, BTF_UNAVAILABLE or KERNEL. */
  openBtf(id: number): Fd;
  /** Opens a program by id. */
  openProg(id: number): Fd;
  /** What a descriptor is: told by `/proc/self/fd`; without a /proc only whether it is a map. */
  objectKind(fd: Fd): ObjectKind;
  mapInfo(fd: Fd): MapInfo;
  btfInfo(fd: Fd): BtfInfo;
  progInfo(fd: Fd): ProgInfo;
  /** The BTF bytes behind a BTF descriptor. */
  btfBytes(fd: Fd): Uint8Array;
  /** Without lines where there is no /proc, or this process may not look into it. */
  fdinfo(fd: Fd): Fdinfo;
  /** Reads one value into `value`; `key` is null for queues and stacks (a peek). Returns errno, 0 for success. */
  lookup(fd: Fd, key: Uint8Array | null, value: Uint8Array): number;
  /** Writes the key after `key` (null: the first) into `next`. Returns errno: ENOENT at the end. */
  nextKey(fd: Fd, key: Uint8Array | null, next: Uint8Array): number;
  /** One BPF_MAP_LOOKUP_BATCH of up to `capacity` entries; `first` sends a null cursor. `result` is filled in. */
  lookupBatch(fd: Fd, buffers: BatchBuffers, capacity: number, first: boolean, result: BatchResult): void;
  /**
   * How many CPUs the kernel may ever have, by `/sys/devices/system/cpu/possible`, in whose place a container may show
   * another list. Throws KERNEL where there is none.
   */
  possibleCpus(): number;
  /** A number that the kernel's number of possible CPUs doesn't exceed, by what the kernel says itself. */
  mostCpus(): number;
  /**
   * Where the ends of a ring buffer with `size` bytes of data stand. Opens the map for writing, without which the kernel
   * doesn't map its pages, and writes nothing. Throws NO_SUCH_MAP, NO_PERMISSION or KERNEL.
   */
  ringPositions(map: WritableMap, size: number): Promise<RingPositions>;
  /** The kernel's own BTF (`/sys/kernel/btf/vmlinux`), or undefined where the kernel has none. */
  vmlinuxBtf(): Uint8Array | undefined;
}
