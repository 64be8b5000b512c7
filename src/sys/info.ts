/** `struct bpf_map_info` of the kernel's uapi, field by field. Zero means "none" for every id. */
export interface MapInfo {
  /** The number of the map's type. */
  readonly type: number;
  /** The id of the map, until the kernel is restarted. */
  readonly id: number;
  /** Bytes of a key. */
  readonly keySize: number;
  /** Bytes of a value, of one CPU on a per-CPU map. */
  readonly valueSize: number;
  /** The most entries; of a ring buffer its bytes. */
  readonly maxEntries: number;
  /** The flags that it was made with, as bits: `BPF_F_NO_PREALLOC` and others. */
  readonly mapFlags: number;
  /** The name, at most 15 bytes; "" for a map without one. */
  readonly name: string;
  /** The network device that the map is offloaded to; 0 for none. */
  readonly ifindex: number;
  /** The type of the value in the kernel's own BTF, of struct_ops; else 0. */
  readonly btfVmlinuxValueTypeId: number;
  /** The id of the BTF that has that type, the kernel's or a module's; absent where there is none, and in snapshots. */
  readonly btfVmlinuxId?: number;
  /** The device of the network namespace of `ifindex`. */
  readonly netnsDev: bigint;
  /** The inode of that namespace. */
  readonly netnsIno: bigint;
  /** The id of the BTF that describes it; 0 for a map without. */
  readonly btfId: number;
  /** The type of the key there; 0 for none. */
  readonly btfKeyTypeId: number;
  /** The type of the value there; 0 for none. */
  readonly btfValueTypeId: number;
  /** The extra number that the type of map needs: hash functions of a bloom filter, the address of an arena. */
  readonly mapExtra: bigint;
}

/** The part of `struct bpf_btf_info` that a reader needs. */
export interface BtfInfo {
  readonly id: number;
  readonly size: number;
  readonly name: string;
  readonly kernelBtf: boolean;
}

/** The part of `struct bpf_prog_info` that a reader needs. */
export interface ProgInfo {
  readonly type: number;
  readonly id: number;
  readonly name: string;
  readonly btfId: number;
  readonly mapIds: readonly number[];
}
