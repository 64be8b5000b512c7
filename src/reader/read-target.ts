import type { Fd } from "../sys/fd.ts";
import type { Kernel } from "../sys/kernel.ts";
import type { KeyArrangement } from "../sys/map-types.ts";
import type { CpuCheck } from "./cpu-check.ts";
import type { EntryShape, ReadReport } from "./entries.ts";

/** What a batch read and a walk need to know of a map. */
export interface ReadTarget {
  readonly kernel: Kernel;
  readonly fd: Fd;
  readonly shape: EntryShape;
  readonly maxEntries: number;
  readonly keys: KeyArrangement;
  /** Of a per-CPU map. */
  readonly cpuCheck?: CpuCheck | undefined;
  /** Reads a trie in one pass, even if others are needed to be sure that nothing was missed. */
  readonly onePass?: boolean;
}

/** Bytes of keys and values that a batch holds, unless a single entry is larger. */
export const BATCH_BYTES: number = 256 * 1024;
export const BATCH_ENTRIES = 4096;

/** How many entries make a batch, if a value takes `valueBytes` in its buffer. */
export function batchCapacity(keySize: number, valueBytes: number, maxEntries: number): number {
  const fitting = Math.floor(BATCH_BYTES / Math.max(1, keySize + valueBytes));
  return Math.max(1, Math.min(BATCH_ENTRIES, fitting, maxEntries));
}

/** The report of a read that begins. */
export function newReport(mode: ReadReport["mode"]): ReadReport {
  return { complete: false, mode, entries: 0, restarts: 0, duplicates: 0, skipped: 0, retries: 0, bytes: 0, errno: 0 };
}
