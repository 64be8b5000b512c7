import type { Fd } from "../fd.ts";

/** Pages of the kernel, mapped into this process. After disposal `buffer` holds zeros. */
export interface Pages extends Disposable {
  readonly buffer: ArrayBuffer;
}

/** A wait for news from any of several descriptors. */
export interface Waiter extends Disposable {
  add(fd: Fd): void;
  /** Removes a descriptor; a closed one is removed automatically. */
  remove(fd: Fd): void;
  /**
   * Resolves when a descriptor became readable since the last call, when `milliseconds` have passed, or when `signal`
   * is aborted. It may also resolve for no reason.
   */
  wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
}

/** Options for a perf event that receives the output of programs. */
export interface PerfEventOptions {
  readonly cpu: number;
  /** The number of bytes that wake the reader; 0 for each event. */
  readonly wakeupBytes: number;
  /** Stamp events with CLOCK_MONOTONIC, as `bpf_ktime_get_ns` does, rather than with perf's own clock. */
  readonly monotonic: boolean;
}

/** A map to open for writing, which mapping its memory requires. */
export type WritableMap = { readonly id: number } | { readonly path: string };

/**
 * The kernel's interface for event streams, beside {@link Kernel}; a fake can stand in for it. Methods throw an
 * EbpfMapError. `setPerfSlot` and `clearPerfSlot` are the only calls of this program that write to a map.
 */
export interface StreamKernel {
  readonly pageSize: number;
  /** The smallest program id above `id`, or an errno: ENOENT at the end, EPERM without CAP_SYS_ADMIN. */
  nextProgId(id: number): { errno: number; id: number };
  /** Opens a map for reading and writing, since the kernel lets no other descriptor be mapped, not even read-only. */
  openWritable(map: WritableMap): Fd;
  /** mmap, shared. `offset` and `length` are bytes, whole pages. */
  mapPages(fd: Fd, offset: number, length: number, access: "read" | "write"): Pages;
  openPerfEvent(options: PerfEventOptions): Fd;
  /** Puts a perf event into a slot of a perf event array, in the place of whatever is there. */
  setPerfSlot(map: Fd, index: number, event: Fd): void;
  /** Empties a slot. */
  clearPerfSlot(map: Fd, index: number): void;
  /** The CPUs that are online now, by rising number. */
  onlineCpus(): number[];
  /** CLOCK_MONOTONIC in nanoseconds. */
  monotonicNow(): bigint;
  waiter(): Waiter;
}
