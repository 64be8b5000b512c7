import type { TypeSource } from "../btf/types.ts";
import type { MapInfo } from "../sys/info.ts";
import type { EntryShape, EntrySource } from "./entries.ts";
import type { RingUse } from "./ring-use.ts";

/** What `/proc/self/fdinfo` says of a map, as text; undefined where there is no such line, or no /proc. */
export interface MapFdinfo {
  readonly memlock: string | undefined;
  readonly frozen: string | undefined;
  readonly ownerProgType: string | undefined;
  readonly ownerJited: string | undefined;
}

/** Types of a map, or why they can't be had although the map has some. */
export type MapTypes =
  | { readonly state: "none" }
  | {
      readonly state: "known";
      readonly types: TypeSource;
      /** 0: no key type (global data, struct_ops, bloom filter). */
      readonly keyTypeId: number;
      readonly valueTypeId: number;
      /** Types for the maps in a map of maps that have none of their own. */
      readonly inner?: { readonly keyTypeId: number; readonly valueTypeId: number };
      /** Why entries are shown as bytes although a declaration of the map was found. */
      readonly note?: string;
    }
  | { readonly state: "unavailable"; readonly reason: string; readonly errno: number };

/** When and where a snapshot was taken. */
export interface SnapshotOrigin {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Wall clock minus CLOCK_BOOTTIME at that time. */
  readonly bootTimeOffsetNs: bigint;
  readonly arch: string;
}

/** How the entries of a map are to be read. */
export interface EntryOptions {
  /**
   * Read a trie in one pass, whose keys lived at about the same time. Otherwise there are more passes where one may have
   * missed entries. `complete` of the report says whether the pass is known to be whole.
   */
  readonly onePass?: boolean;
}

/** One map that can be read: an open one of this kernel, or one section of a snapshot file. */
export interface MapSource extends Disposable {
  readonly info: MapInfo;
  readonly fdinfo: MapFdinfo;
  /** Throws KERNEL where the number of CPUs of a per-CPU map can't be had. */
  readonly shape: EntryShape;
  /** Where it comes from, for messages: `map id 7 (conns)`, `snapshot conns.ndjson.gz (map conns)`. */
  readonly label: string;
  /** The path of the pin by which it was opened. */
  readonly pin?: string;
  /** Undefined for a map of this kernel. */
  readonly origin?: SnapshotOrigin;
  /** Its types were given by the user, and are not the map's own. */
  readonly typesGiven?: boolean;
  /** Loads the BTF on first use. */
  types(): MapTypes;
  entries(options?: EntryOptions): EntrySource;
  /**
   * The number of entries as the kernel's accounting of memory has it at this moment; undefined where it has none. Only of
   * a map of this kernel.
   */
  countFromMemlock?(): number | undefined;
  /** How much of a ring buffer of this kernel is in use. Throws where its pages may not be mapped. */
  ringUse?(): Promise<RingUse>;
  /** Returns errno, 0 for success. `key` is null for queues and stacks. `value` has `shape.valueStride` bytes. */
  lookup(key: Uint8Array | null, value: Uint8Array): number | Promise<number>;
  /** Returns errno, 0 for success. */
  nextKey(key: Uint8Array | null, next: Uint8Array): number | Promise<number>;
}
