/**
 * A run of entries as raw bytes. The buffers belong to the source, and the next `next()` overwrites them.
 * Entry i has its key at `keys[i * keySize]` and its value at `values[i * valueStride]`. In a per-CPU map the value is
 * one slot for each possible CPU, each `roundUp8(valueSize)` bytes.
 */
export interface EntryBatch {
  count: number;
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
  /** The errno with which each value couldn't be read, 0 where it could. Undefined: all could. */
  errnos: Int32Array | undefined;
  /**
   * The bytes of each value that are there; zeros stand for the others. Undefined: all values are whole, as in any map.
   */
  lengths?: Uint32Array | undefined;
}

/** Memory for the buffers of a read, given by who takes its batches: the kernel then writes where they are used. */
export interface BatchMemory {
  /** Returns buffers for the keys and the values of a batch. What is in them may be anything. */
  buffers(keyBytes: number, valueBytes: number): { readonly keys: Uint8Array; readonly values: Uint8Array };
  /** Says that the read has ended while the kernel may still write to a buffer, which no other read may be given. */
  abandon(): void;
}

/** The report of a read; final once the source is exhausted. */
export interface ReadReport {
  /** True if it is known that every entry that was there during the whole read was delivered exactly once. */
  complete: boolean;
  /** The way the map was read: by batches, from key to key, from a file, or by the peek that a queue allows. */
  mode: "batch" | "walk" | "snapshot" | "peek";
  /** Entries delivered, those with an errno included. */
  entries: number;
  /** Times a read was thrown back to the first key, because the key it stood on was deleted. */
  restarts: number;
  /** Entries that came again after a restart and were not delivered twice. */
  duplicates: number;
  /** Keys whose value was gone when it was looked up. */
  skipped: number;
  /** System calls repeated for EINTR, EBUSY, EDEADLK, ETIMEDOUT, or with a larger buffer after ENOSPC. */
  retries: number;
  /** Key and value bytes delivered. */
  bytes: number;
  /** The errno that ended the read where it wasn't the end of the map, else 0. */
  errno: number;
  /** The place and reason if the read ended before the end of the map; absent if it reached the end. */
  stop?: ReadStop;
}

/**
 * The reason why a read ended before the end of its map. "errno": a call failed. "changing": the map kept changing
 * under the read, so entries may be missing. "unsure": a single pass over a trie was asked for, and nothing tells
 * whether it missed entries. "cut": the text that it was read from ends within the map.
 */
export type ReadStop =
  | {
      /** The kernel refused a call. */
      readonly why: "errno";
      /** The call that failed. */
      readonly call: EntryCall;
      /** Its number among the calls of its kind, counted from 1. */
      readonly number: number;
    }
  | {
      /** The read gave up. */
      readonly why: "changing" | "unsure" | "cut";
    };

/** The calls that read entries: BPF_MAP_LOOKUP_BATCH, BPF_MAP_GET_NEXT_KEY and BPF_MAP_LOOKUP_ELEM. */
export type EntryCall = "batch" | "next-key" | "lookup";

/**
 * The entries of one map, in the map's own order, live or from a snapshot. `next` returns the next batch, or undefined
 * at the end. A failed read ends too, with `report.errno` set and `report.complete` false, so that what was read is not
 * lost. Only a source that does I/O of its own (a snapshot) or reads ahead returns promises.
 */
export interface EntrySource extends Disposable {
  next(): EntryBatch | undefined | Promise<EntryBatch | undefined>;
  readonly report: ReadReport;
}

/** The layout of a map's entries in memory. */
export interface EntryShape {
  readonly keySize: number;
  readonly valueSize: number;
  /** Slots of a per-CPU value; 0 for any other map. */
  readonly cpus: number;
  /** Bytes from one value to the next in a batch. */
  readonly valueStride: number;
}
