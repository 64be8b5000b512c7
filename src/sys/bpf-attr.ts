import { textFromBytes } from "../bytes.ts";
import type { BtfInfo, MapInfo, ProgInfo } from "./info.ts";
import { addressOf } from "./libc.ts";

/** The commands of `enum bpf_cmd` that read. */
export const BPF_MAP_LOOKUP_ELEM = 1;
export const BPF_MAP_GET_NEXT_KEY = 4;
export const BPF_OBJ_GET = 7;
export const BPF_MAP_GET_NEXT_ID = 12;
export const BPF_PROG_GET_FD_BY_ID = 13;
export const BPF_MAP_GET_FD_BY_ID = 14;
export const BPF_OBJ_GET_INFO_BY_FD = 15;
export const BPF_BTF_GET_FD_BY_ID = 19;
export const BPF_MAP_LOOKUP_BATCH = 24;

/**
 * A buffer for `union bpf_attr` (include/uapi/linux/bpf.h), filled by the packers below. They write words of this
 * machine, as the kernel reads them; both architectures that this program supports are little-endian. The kernel
 * requires every byte after the fields in use to be zero (else E2BIG), so a packer writes all fields of its command,
 * and a buffer serves one command only.
 */
export class Attr {
  readonly size: number;
  readonly bytes: Buffer;
  /** The same bytes, for what is packed and read for each map of a list: without a call for each field. */
  readonly words: Uint32Array;
  readonly #view: DataView;
  #address: number | undefined;

  constructor(size: number) {
    this.size = size;
    // A buffer of its own: `Buffer.alloc` may take a part of one.
    this.bytes = Buffer.from(new ArrayBuffer(size));
    this.words = new Uint32Array(this.bytes.buffer);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** The address of the bytes, which don't move. */
  get address(): number {
    this.#address ??= addressOf(this.bytes);
    return this.#address;
  }

  u32(offset: number, value: number): this {
    this.words[offset / 4] = value;
    return this;
  }

  /** Writes an address or another number below 2^53. */
  u64(offset: number, value: number): this {
    this.words[offset / 4] = value;
    this.words[offset / 4 + 1] = value / 0x1_0000_0000;
    return this;
  }

  readU32(offset: number): number {
    return this.words[offset / 4] as number;
  }

  readU64(offset: number): bigint {
    return this.#view.getBigUint64(offset, true);
  }
}

/** Packs `{ u32 map_fd; u64 key; u64 value; u64 flags }` of LOOKUP_ELEM and GET_NEXT_KEY. */
export function packElem(attr: Attr, fd: number, key: number, valueOrNext: number): Attr {
  return attr.u32(0, fd).u64(8, key).u64(16, valueOrNext).u64(24, 0);
}
export const ELEM_ATTR_SIZE = 32;

/** Packs `{ u64 in_batch, out_batch, keys, values; u32 count, map_fd; u64 elem_flags, flags }` of MAP_LOOKUP_BATCH. */
export function packBatch(
  attr: Attr,
  at: { fd: number; inBatch: number; outBatch: number; keys: number; values: number; count: number },
): Attr {
  attr.u64(0, at.inBatch).u64(8, at.outBatch).u64(16, at.keys).u64(24, at.values);
  return attr.u32(32, at.count).u32(36, at.fd).u64(40, 0).u64(48, 0);
}
export const BATCH_ATTR_SIZE = 56;
export const BATCH_COUNT_OFFSET = 32;

/** Packs `{ u32 start_id; u32 next_id; u32 open_flags }` of the *_GET_NEXT_ID and *_GET_FD_BY_ID commands. */
export function packId(attr: Attr, id: number, openFlags: number): Attr {
  attr.words[0] = id;
  attr.words[1] = 0;
  attr.words[2] = openFlags;
  return attr;
}
export const ID_ATTR_SIZE = 12;
export const NEXT_ID_OFFSET = 4;

/** Packs `{ u64 pathname; u32 bpf_fd; u32 file_flags }` of OBJ_GET. */
export function packObjGet(attr: Attr, path: number, fileFlags: number): Attr {
  return attr.u64(0, path).u32(8, 0).u32(12, fileFlags);
}
export const OBJ_ATTR_SIZE = 16;

/** Packs `{ u32 bpf_fd; u32 info_len; u64 info }` of OBJ_GET_INFO_BY_FD. */
export function packInfo(attr: Attr, fd: number, info: number, length: number): Attr {
  attr.words[0] = fd;
  attr.words[1] = length;
  return attr.u64(8, info);
}
export const INFO_ATTR_SIZE = 16;

/**
 * The size of `struct bpf_map_info` up to map_extra. An older kernel fills in less and a newer one more. The buffer is
 * zeroed before the call, so fields that the kernel doesn't know read as "none".
 */
export const MAP_INFO_SIZE = 88;
/** The numbers of its words that are fields of 32 bits. */
type MapInfoWord = 0 | 1 | 2 | 3 | 4 | 5 | 10 | 11 | 16 | 17 | 18 | 19;

export function unpackMapInfo(info: Attr): MapInfo {
  const u32 = info.words as unknown as Readonly<Record<MapInfoWord, number>>;
  const fields: MapInfo = {
    type: u32[0],
    id: u32[1],
    keySize: u32[2],
    valueSize: u32[3],
    maxEntries: u32[4],
    mapFlags: u32[5],
    name: cString(info.bytes, 24, 40),
    ifindex: u32[10],
    btfVmlinuxValueTypeId: u32[11],
    netnsDev: info.readU64(48),
    netnsIno: info.readU64(56),
    btfId: u32[16],
    btfKeyTypeId: u32[17],
    btfValueTypeId: u32[18],
    mapExtra: info.readU64(80),
  };
  return u32[19] === 0 ? fields : { ...fields, btfVmlinuxId: u32[19] };
}

/** The size of `struct bpf_btf_info`: `{ u64 btf; u32 btf_size; u32 id; u64 name; u32 name_len; u32 kernel_btf }`. */
export const BTF_INFO_SIZE = 32;
export const BTF_NAME_CAPACITY = 128;

/**
 * Packs a `bpf_btf_info`. `name` is an address, or 0 to ask for no name: kernels before 5.11 have none and refuse to be
 * asked.
 */
export function packBtfInfo(info: Attr, btf: number, btfSize: number, name: number): Attr {
  const capacity = name === 0 ? 0 : BTF_NAME_CAPACITY;
  return info.u64(0, btf).u32(8, btfSize).u32(12, 0).u64(16, name).u32(24, capacity).u32(28, 0);
}

export function unpackBtfInfo(info: Attr, name: Buffer): BtfInfo {
  return {
    size: info.readU32(8),
    id: info.readU32(12),
    name: cString(name, 0, name.length),
    kernelBtf: info.readU32(28) !== 0,
  };
}

/**
 * The size of `struct bpf_prog_info` up to `btf_id`; nr_map_ids at 52 and the address for map_ids at 56 are also input.
 */
export const PROG_INFO_SIZE = 136;

export function packProgInfo(info: Attr, mapIds: number, capacity: number): Attr {
  info.bytes.fill(0);
  return info.u32(52, capacity).u64(56, mapIds);
}

export function unpackProgInfo(info: Attr, mapIds: Attr, capacity: number): ProgInfo {
  const count = Math.min(info.readU32(52), capacity);
  return {
    type: info.readU32(0),
    id: info.readU32(4),
    name: cString(info.bytes, 64, 80),
    btfId: info.readU32(128),
    mapIds: Array.from({ length: count }, (_, i) => mapIds.readU32(4 * i)),
  };
}

/** Returns the number of a program's map ids, after a first call without room for them. */
export function progMapCount(info: Attr): number {
  return info.readU32(52);
}

/** Text up to the first NUL. */
function cString(bytes: Buffer, from: number, to: number): string {
  const whole = bytes.toString("utf8", from, to);
  const nul = whole.indexOf("\0");
  const text = nul < 0 ? whole : whole.slice(0, nul);
  return text.includes("\ufffd") ? textFromBytes(bytes.subarray(from, untilNul(bytes, from, to))) : text;
}

function untilNul(bytes: Buffer, from: number, to: number): number {
  const nul = bytes.indexOf(0, from);
  return nul < 0 ? to : Math.min(nul, to);
}
