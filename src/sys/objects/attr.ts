import { textFromBytes } from "../../bytes.ts";
import type { Attr } from "../bpf-attr.ts";
import type { Link, LinkTarget, LoadedProgram, ProbeKind, QueryTarget } from "./kernel.ts";

/** The commands of `enum bpf_cmd` that tell about programs and links. */
export const BPF_PROG_GET_NEXT_ID = 11;
export const BPF_PROG_QUERY = 16;
export const BPF_TASK_FD_QUERY = 20;
export const BPF_LINK_GET_FD_BY_ID = 30;
export const BPF_LINK_GET_NEXT_ID = 31;

/** `struct bpf_prog_info` up to btf_id; nr_map_ids at 52 and the address for map_ids at 56 are also input. */
export const LOADED_PROGRAM_SIZE = 136;

export function packProgramRequest(info: Attr, mapIds: number, capacity: number): void {
  info.bytes.fill(0);
  info.u32(52, capacity).u64(56, mapIds);
}

/** Returns a program, or the number of its maps if they didn't fit. */
export function unpackProgram(info: Attr, mapIds: Attr, capacity: number): LoadedProgram | number {
  const count = info.readU32(52);
  if (count > capacity) return count;
  return {
    type: info.readU32(0),
    id: info.readU32(4),
    name: textUpToNul(info.bytes.subarray(64, 80)),
    btfId: info.readU32(128),
    mapIds: Array.from({ length: count }, (_, i) => mapIds.readU32(4 * i)),
  };
}

/**
 * `struct bpf_link_info` up to the pid of a uprobe_multi link. `{ u32 type, id, prog_id; }` stands before a union at
 * 16.
 */
export const LINK_INFO_SIZE = 64;

/** Numbers of `enum bpf_link_type`. */
const LINK = {
  rawTracepoint: 1,
  tracing: 2,
  cgroup: 3,
  iter: 4,
  netns: 5,
  xdp: 6,
  perfEvent: 7,
  kprobeMulti: 8,
  structOps: 9,
  netfilter: 10,
  tcx: 11,
  uprobeMulti: 12,
  netkit: 13,
  sockmap: 14,
} as const;

/** `enum bpf_perf_event_type`, from 1 on; the last one is an event without a name. */
const PERF_EVENTS: readonly ProbeKind[] = ["uprobe", "uretprobe", "kprobe", "kretprobe", "tracepoint"];

/** `enum bpf_task_fd_type`. */
const TASK_FDS: readonly ProbeKind[] = ["raw_tracepoint", "tracepoint", "kprobe", "kretprobe", "uprobe", "uretprobe"];

const BPF_F_KPROBE_MULTI_RETURN = 1;

/** The fields of a link's info that take the address and size of a buffer for a name. */
export interface NameFields {
  readonly address: number;
  readonly size: number;
}

/** Returns where a link's info wants a buffer for a name, by a first info without one; undefined: it has no name. */
export function nameFields(info: Attr): NameFields | undefined {
  switch (info.readU32(0)) {
    case LINK.rawTracepoint:
    case LINK.iter:
      return { address: 16, size: 24 };
    case LINK.perfEvent:
      return PERF_EVENTS[info.readU32(16) - 1] === undefined ? undefined : { address: 24, size: 32 };
    case LINK.uprobeMulti:
      return { address: 16, size: 48 };
    default:
      return undefined;
  }
}

export function unpackLink(info: Attr, name: Uint8Array): Link {
  return { id: info.readU32(4), programId: info.readU32(8), target: linkTarget(info, textUpToNul(name)) };
}

function linkTarget(info: Attr, name: string): LinkTarget {
  const u32 = (offset: number): number => info.readU32(offset);
  const u64 = (offset: number): bigint => BigInt(u32(offset)) | (BigInt(u32(offset + 4)) << 32n);
  const type = u32(0);
  switch (type) {
    case LINK.rawTracepoint:
      return { kind: "raw_tracepoint", name, offset: 0n };
    case LINK.tracing:
      return { kind: "tracing", attachType: u32(16), objectId: u32(20), typeId: u32(24) };
    case LINK.cgroup:
      return { kind: "cgroup", cgroupId: u64(16), attachType: u32(24) };
    case LINK.iter:
      return { kind: "iter", name, mapId: u32(28) };
    case LINK.netns:
      return { kind: "netns", inode: u32(16), attachType: u32(20) };
    case LINK.xdp:
      return { kind: "xdp", ifindex: u32(16) };
    case LINK.tcx:
      return { kind: "tcx", ifindex: u32(16), attachType: u32(20) };
    case LINK.netkit:
      return { kind: "netkit", ifindex: u32(16), attachType: u32(20) };
    case LINK.structOps:
      return { kind: "struct_ops", mapId: u32(16) };
    case LINK.sockmap:
      return { kind: "sockmap", mapId: u32(16), attachType: u32(20) };
    case LINK.netfilter:
      return { kind: "netfilter", family: u32(16), hook: u32(20), priority: u32(24) | 0 };
    case LINK.kprobeMulti:
      return { kind: "kprobe_multi", count: u32(24), isReturn: (u32(28) & BPF_F_KPROBE_MULTI_RETURN) !== 0 };
    case LINK.uprobeMulti:
      return { kind: "uprobe_multi", path: name, count: u32(52), isReturn: (u32(56) & 1) !== 0 };
    case LINK.perfEvent:
      return probe(PERF_EVENTS[u32(16) - 1], name, BigInt(u32(36)));
    default:
      return { kind: "unknown", type };
  }
}

function probe(kind: ProbeKind | undefined, name: string, offset: bigint): LinkTarget {
  if (kind === undefined) return { kind: "perf_event" };
  return { kind, name, offset: kind.endsWith("probe") ? offset : 0n };
}

/** `{ u32 pid, fd, flags, buf_len; u64 buf; u32 prog_id, fd_type; u64 probe_offset, probe_addr }` of TASK_FD_QUERY. */
export const TASK_FD_ATTR_SIZE = 48;

export function packTaskFd(attr: Attr, pid: number, fd: number, buffer: number, length: number): Attr {
  attr.bytes.fill(0);
  return attr.u32(0, pid).u32(4, fd).u32(12, length).u64(16, buffer);
}

export function unpackTaskFd(attr: Attr, name: Uint8Array): { programId: number; target: LinkTarget } {
  const offset = BigInt(attr.readU32(32)) | (BigInt(attr.readU32(36)) << 32n);
  return { programId: attr.readU32(24), target: probe(TASK_FDS[attr.readU32(28)], textUpToNul(name), offset) };
}

/**
 * `{ u32 target; u32 attach_type, query_flags, attach_flags; u64 prog_ids; u32 prog_cnt }` of PROG_QUERY. The kernel
 * writes `revision`, the eighth byte from the end, for some hooks whatever size it is told.
 */
export const QUERY_ATTR_SIZE = 64;

export function packQuery(attr: Attr, target: QueryTarget, attachType: number, ids: number, capacity: number): Attr {
  attr.bytes.fill(0);
  attr.u32(0, "fd" in target ? target.fd : target.ifindex).u32(4, attachType);
  return attr.u64(16, ids).u32(24, capacity);
}

/** The number of attached programs, also where they didn't fit. */
export function queriedCount(attr: Attr): number {
  return attr.readU32(24);
}

function textUpToNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return textFromBytes(end < 0 ? bytes : bytes.subarray(0, end));
}
