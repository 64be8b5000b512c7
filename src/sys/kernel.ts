import type { WritableMap } from "./events/kernel.ts";
import type { RingPositions } from "./events/ring-positions.ts";
import type { Fd } from "./fd.ts";
import type { BtfInfo, MapInfo, ProgInfo } from "./info.ts";

/** The kind of object behind a pinned file or a descriptor. */
export type ObjectKind = "map" | "prog" | "link" | "btf" | "unknown";

/** The buffers of one batch read. `keys` and `values` hold `capacity` entries; cursors have at least 4 bytes. */
export interface BatchBuffers {
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
  readonly cursorIn: Uint8Array;
  readonly cursorOut: Uint8Array;
}

/** The result of a batch read: `errno` is 0 on success; for `count` see the batch protocol in `src/reader/batch.ts`. */
export interface BatchResult {
  errno: number;
  count: number;
}

/**
 * The `key:\tvalue` lines of `/proc/self/fdinfo/FD`. `get` returns the value of a key, or undefined without such a
 * line.
 */
export interface Fdinfo {
  get(key: string): string | undefined;
}

/**
 * The only interface to the kernel: everything that reads maps calls these methods, so a fake can stand in.
 *
 * Methods that open something throw an EbpfMapError. Those that may run once per entry or map (`lookup`, `nextKey`,
 * `lookupBatch`, `nextMapId`) return errno as a number instead, 0 for success, because most errnos are answers there
 * and not failures. No method changes a map.
 */
export interface Kernel {
  /** The smallest map id above `id`, or an errno: ENOENT at the end, EPERM without CAP_SYS_ADMIN. */
  nextMapId(id: number): { errno: number; id: number };
  /** Opens a map by id with BPF_F_RDONLY. Throws NO_SUCH_MAP, NO_PERMISSION or KERNEL. */
  openMap(id: number): Fd;
  /** Opens a pinned object with BPF_F_RDONLY; {@link Kernel.objectKind} tells its kind. */
  openPinned(path: string): Fd;
  /** Opens BTF by id. Throws NO_PERMISSION, BTF_UNAVAILABLE or KERNEL. */
  openBtf(id: number): Fd;
  /** Opens a program by id. */
  openProg(id: number): Fd;
  /** Returns the kind of object behind a descriptor, by `/proc/self/fd`; without /proc only maps are recognized. */
  objectKind(fd: Fd): ObjectKind;
  mapInfo(fd: Fd): MapInfo;
  btfInfo(fd: Fd): BtfInfo;
  progInfo(fd: Fd): ProgInfo;
  /** Reads the bytes of BTF. */
  btfBytes(fd: Fd): Uint8Array;
  /** Reads a descriptor's fdinfo; it has no lines if there is no /proc, or this process may not read it. */
  fdinfo(fd: Fd): Fdinfo;
  /** Reads one value into `value`; `key` is null for queues and stacks (a peek). Returns errno, 0 for success. */
  lookup(fd: Fd, key: Uint8Array | null, value: Uint8Array): number;
  /** Writes the key after `key` (null: the first) into `next`. Returns errno: ENOENT at the end. */
  nextKey(fd: Fd, key: Uint8Array | null, next: Uint8Array): number;
  /** One BPF_MAP_LOOKUP_BATCH of up to `capacity` entries; `first` sends a null cursor. `result` is filled in. */
  lookupBatch(fd: Fd, buffers: BatchBuffers, capacity: number, first: boolean, result: BatchResult): void;
  /**
   * Starts a BPF_MAP_LOOKUP_BATCH behind a cursor on another thread. The buffers belong to the call until the promise,
   * which is never rejected, is settled; the descriptor may be closed before. Undefined where that doesn't pay or no
   * thread is free: `lookupBatch` has to be called then.
   */
  lookupBatchAhead(fd: Fd, buffers: BatchBuffers, capacity: number): Promise<Readonly<BatchResult>> | undefined;
  /**
   * Returns the number of CPUs that the kernel may ever have, by `/sys/devices/system/cpu/possible`. A container may
   * show another list. Throws KERNEL if there is none.
   */
  possibleCpus(): number;
  /** Returns an upper limit of the number of possible CPUs, which comes from a system call and not from a file. */
  mostCpus(): number;
  /**
   * Reads the positions of a ring buffer with `size` bytes of data. Opens the map for writing, without which the kernel
   * doesn't map its pages, and writes nothing. Throws NO_SUCH_MAP, NO_PERMISSION or KERNEL.
   */
  ringPositions(map: WritableMap, size: number): Promise<RingPositions>;
  /** Reads the kernel's own BTF (`/sys/kernel/btf/vmlinux`); undefined if there is none. */
  vmlinuxBtf(): Uint8Array | undefined;
}
