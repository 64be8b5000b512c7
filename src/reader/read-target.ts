import type { Fd } from "../sys/fd.ts";
import type { Kernel } from "../sys/kernel.ts";
import type { KeyArrangement } from "../sys/map-types.ts";
import type { CpuCheck } from "./cpu-check.ts";
import type { BatchMemory, EntryShape, ReadReport } from "./entries.ts";

/** The properties of a map that reads need. */
export interface ReadTarget {
  readonly kernel: Kernel;
  readonly fd: Fd;
  readonly shape: EntryShape;
  readonly maxEntries: number;
  readonly keys: KeyArrangement;
  /** Only for a per-CPU map. */
  readonly cpuCheck?: CpuCheck | undefined;
  /** Read a trie in one pass, even if others are needed to be sure that nothing was missed. */
  readonly onePass?: boolean;
  /** Fetch the next batch while this one is in use; `next` then returns promises. */
  readonly ahead?: boolean;
  /** The buffers' memory; by default each has its own. */
  readonly memory?: BatchMemory | undefined;
}

/** The size of a batch, unless a single entry is larger. */
export const BATCH_BYTES: number = 256 * 1024;
export const BATCH_ENTRIES = 4096;

/** Returns the number of entries of a batch whose values take `valueBytes` each. */
export function batchCapacity(keySize: number, valueBytes: number, maxEntries: number): number {
  const fitting = Math.floor(BATCH_BYTES / Math.max(1, keySize + valueBytes));
  return Math.max(1, Math.min(BATCH_ENTRIES, fitting, maxEntries));
}

/** Creates the report of a new read. */
export function newReport(mode: ReadReport["mode"]): ReadReport {
  return { complete: false, mode, entries: 0, restarts: 0, duplicates: 0, skipped: 0, retries: 0, bytes: 0, errno: 0 };
}
