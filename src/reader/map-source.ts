import type { TypeSource } from "../btf/types.ts";
import type { MapInfo } from "../sys/info.ts";
import type { BucketCount } from "./count/bucket-sample.ts";
import type { CountBudget } from "./count/count-budget.ts";
import type { BatchMemory, EntryShape, EntrySource } from "./entries.ts";
import type { RingUse } from "./ring-use.ts";

/** Fields of a map's `/proc/self/fdinfo`, as text; undefined without such a line, or without /proc. */
export interface MapFdinfo {
  readonly memlock: string | undefined;
  readonly frozen: string | undefined;
  readonly ownerProgType: string | undefined;
  readonly ownerJited: string | undefined;
}

/** The types of a map, or the reason why they are unavailable although the map has some. */
export type MapTypes =
  | { readonly state: "none" }
  | {
      readonly state: "known";
      readonly types: TypeSource;
      /** 0: no key type (global data, struct_ops, bloom filter). */
      readonly keyTypeId: number;
      readonly valueTypeId: number;
      /** Types for the maps in a map of maps that have none of their own, by their sizes. */
      readonly inner?: (sizes: { readonly keySize: number; readonly valueSize: number }) => {
        readonly keyTypeId: number;
        readonly valueTypeId: number;
      };
      /** The reason why entries are shown as bytes although a declaration of the map was found. */
      readonly note?: string;
    }
  | { readonly state: "unavailable"; readonly reason: string; readonly errno: number };

/** The time and machine of a snapshot. */
export interface SnapshotMoment {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Wall clock minus CLOCK_BOOTTIME at that time. */
  readonly bootTimeOffsetNs: bigint;
  readonly arch: string;
}

/** Options for reading entries. */
export interface EntryOptions {
  /**
   * Read a trie in one pass, whose keys existed at about the same time. By default there are more passes if one may
   * have missed entries. `complete` of the report tells whether the pass is known to be whole.
   */
  readonly onePass?: boolean;
  /**
   * The caller awaits batches, so that the next one may be fetched while it works on this one. That is done for maps of
   * more than one batch.
   */
  readonly ahead?: boolean;
  /**
   * Memory for batches, which need not be taken. It is that of the text engine, so that batches are not copied there.
   */
  readonly memory?: BatchMemory;
}

/** A map that can be read: an open one of this kernel, or one section of a snapshot file. */
export interface MapSource extends Disposable {
  readonly info: MapInfo;
  readonly fdinfo: MapFdinfo;
  /** The layout of entries in memory. Throws KERNEL if the number of CPUs of a per-CPU map can't be found out. */
  readonly shape: EntryShape;
  /** The origin, for messages: `map id 7 (conns)`, `snapshot conns.ndjson.gz (map conns)`. */
  readonly label: string;
  /** The path of the pin by which it was opened. */
  readonly pin?: string;
  /** Undefined for a map of this kernel. */
  readonly origin?: SnapshotMoment;
  /** The machine that a file's map was read on, where the file says. */
  readonly machine?: { readonly kernel: string; readonly littleEndian: boolean };
  /** The user gave the types: they are not the map's own. */
  readonly typesGiven?: boolean;
  /** Loads the BTF on first use. */
  types(): MapTypes;
  entries(options?: EntryOptions): EntrySource;
  /**
   * Returns the current number of entries by the kernel's accounting of memory; undefined if that doesn't tell.
   * `memlock` is the line of its fdinfo, which is read if it isn't given. Only for maps of this kernel.
   */
  countFromMemlock?(memlock?: string): number | undefined;
  /**
   * Counts the entries of a hash within a time, by a sample of its buckets if it has too many; undefined for any other
   * map, and where the kernel gives no answer. Only for maps of this kernel.
   */
  countWithin?(budget: CountBudget): BucketCount | undefined;
  /** Measures the use of a ring buffer of this kernel. Throws if its pages may not be mapped. */
  ringUse?(): Promise<RingUse>;
  /**
   * Looks up a key. Returns errno, 0 for success. `key` is null for queues and stacks. `value` has `shape.valueStride`
   * bytes. Where looking it up takes reading a file, `turn` is called now and then, and what it throws ends that.
   */
  lookup(key: Uint8Array | null, value: Uint8Array, turn?: () => void): number | Promise<number>;
  /** Returns errno, 0 for success. */
  nextKey(key: Uint8Array | null, next: Uint8Array): number | Promise<number>;
}
