/** `struct bpf_map_info` of the kernel's uapi, field by field. Zero means "none" for every id. */
export interface MapInfo {
  readonly type: number;
  readonly id: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly mapFlags: number;
  readonly name: string;
  readonly ifindex: number;
  readonly btfVmlinuxValueTypeId: number;
  readonly netnsDev: bigint;
  readonly netnsIno: bigint;
  readonly btfId: number;
  readonly btfKeyTypeId: number;
  readonly btfValueTypeId: number;
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
