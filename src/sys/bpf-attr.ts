import { textFromBytes } from "../bytes.ts";
import type { BtfInfo, MapInfo, ProgInfo } from "./info.ts";

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
 * A buffer for `union bpf_attr` (include/uapi/linux/bpf.h), filled by the packers below. They write little-endian
 * words; both architectures that this program supports are little-endian. The kernel requires every byte after the
 * fields in use to be zero (else E2BIG), so a packer writes all fields of its command, and a buffer serves one command
 * only.
 */
export class Attr {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(size: number) {
    this.bytes = new Uint8Array(new ArrayBuffer(size));
    this.#view = new DataView(this.bytes.buffer);
  }

  u32(offset: number, value: number): this {
    this.#view.setUint32(offset, value, true);
    return this;
  }

  /** Writes an address or another number below 2^53. */
  u64(offset: number, value: number): this {
    this.#view.setUint32(offset, value >>> 0, true);
    this.#view.setUint32(offset + 4, Math.floor(value / 0x1_0000_0000), true);
    return this;
  }

  readU32(offset: number): number {
    return this.#view.getUint32(offset, true);
  }
}

/** Packs `{ u32 map_fd; u64 key; u64 value; u64 flags }` of LOOKUP_ELEM and GET_NEXT_KEY. */
export function packElem(attr: Attr, fd: number, key: number, valueOrNext: number): Uint8Array {
  return attr.u32(0, fd).u64(8, key).u64(16, valueOrNext).u64(24, 0).bytes;
}
export const ELEM_ATTR_SIZE = 32;

/** Packs `{ u64 in_batch, out_batch, keys, values; u32 count, map_fd; u64 elem_flags, flags }` of MAP_LOOKUP_BATCH. */
export function packBatch(
  attr: Attr,
  at: { fd: number; inBatch: number; outBatch: number; keys: number; values: number; count: number },
): Uint8Array {
  attr.u64(0, at.inBatch).u64(8, at.outBatch).u64(16, at.keys).u64(24, at.values);
  return attr.u32(32, at.count).u32(36, at.fd).u64(40, 0).u64(48, 0).bytes;
}
export const BATCH_ATTR_SIZE = 56;
export const BATCH_COUNT_OFFSET = 32;

/** Packs `{ u32 start_id; u32 next_id; u32 open_flags }` of the *_GET_NEXT_ID and *_GET_FD_BY_ID commands. */
export function packId(attr: Attr, id: number, openFlags: number): Uint8Array {
  return attr.u32(0, id).u32(4, 0).u32(8, openFlags).bytes;
}
export const ID_ATTR_SIZE = 12;
export const NEXT_ID_OFFSET = 4;

/** Packs `{ u64 pathname; u32 bpf_fd; u32 file_flags }` of OBJ_GET. */
export function packObjGet(attr: Attr, path: number, fileFlags: number): Uint8Array {
  return attr.u64(0, path).u32(8, 0).u32(12, fileFlags).bytes;
}
export const OBJ_ATTR_SIZE = 16;

/** Packs `{ u32 bpf_fd; u32 info_len; u64 info }` of OBJ_GET_INFO_BY_FD. */
export function packInfo(attr: Attr, fd: number, info: number, length: number): Uint8Array {
  return attr.u32(0, fd).u32(4, length).u64(8, info).bytes;
}
export const INFO_ATTR_SIZE = 16;

/**
 * The size of `struct bpf_map_info` up to map_extra. An older kernel fills in less and a newer one more. The buffer is
 * zeroed before the call, so fields that the kernel doesn't know read as "none".
 */
export const MAP_INFO_SIZE = 88;

export function unpackMapInfo(bytes: Uint8Array): MapInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset, MAP_INFO_SIZE);
  const u32 = (offset: number): number => view.getUint32(offset, true);
  return {
    type: u32(0),
    id: u32(4),
    keySize: u32(8),
    valueSize: u32(12),
    maxEntries: u32(16),
    mapFlags: u32(20),
    name: cString(bytes, 24, 40),
    ifindex: u32(40),
    btfVmlinuxValueTypeId: u32(44),
    netnsDev: view.getBigUint64(48, true),
    netnsIno: view.getBigUint64(56, true),
    btfId: u32(64),
    btfKeyTypeId: u32(68),
    btfValueTypeId: u32(72),
    ...(u32(76) !== 0 && { btfVmlinuxId: u32(76) }),
    mapExtra: view.getBigUint64(80, true),
  };
}

/** The size of `struct bpf_btf_info`: `{ u64 btf; u32 btf_size; u32 id; u64 name; u32 name_len; u32 kernel_btf }`. */
export const BTF_INFO_SIZE = 32;
export const BTF_NAME_CAPACITY = 128;

/**
 * Packs a `bpf_btf_info`. `name` is an address, or 0 to ask for no name: kernels before 5.11 have none and refuse to be
 * asked.
 */
export function packBtfInfo(info: Attr, btf: number, btfSize: number, name: number): Uint8Array {
  const capacity = name === 0 ? 0 : BTF_NAME_CAPACITY;
  return info.u64(0, btf).u32(8, btfSize).u32(12, 0).u64(16, name).u32(24, capacity).u32(28, 0).bytes;
}

export function unpackBtfInfo(info: Attr, name: Uint8Array): BtfInfo {
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

export function packProgInfo(info: Attr, mapIds: number, capacity: number): Uint8Array {
  info.bytes.fill(0);
  return info.u32(52, capacity).u64(56, mapIds).bytes;
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

/** Text up to the first NUL. Nearly all names are ASCII, which need no decoder. */
function cString(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to && bytes[i] !== 0; i++) {
    const byte = bytes[i] as number;
    if (byte > 0x7f) return decoded(bytes.subarray(from, to));
    text += String.fromCharCode(byte);
  }
  return text;
}

function decoded(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return textFromBytes(end < 0 ? bytes : bytes.subarray(0, end));
}
