import { readFileSync, readlinkSync } from "node:fs";
import { bytesFromText } from "../bytes.ts";
import { EbpfMapError } from "../errors.ts";
import {
  Attr,
  BATCH_ATTR_SIZE,
  BATCH_COUNT_OFFSET,
  BPF_BTF_GET_FD_BY_ID,
  BPF_MAP_GET_FD_BY_ID,
  BPF_MAP_GET_NEXT_ID,
  BPF_MAP_GET_NEXT_KEY,
  BPF_MAP_LOOKUP_BATCH,
  BPF_MAP_LOOKUP_ELEM,
  BPF_OBJ_GET,
  BPF_OBJ_GET_INFO_BY_FD,
  BPF_PROG_GET_FD_BY_ID,
  BTF_INFO_SIZE,
  BTF_NAME_CAPACITY,
  ELEM_ATTR_SIZE,
  ID_ATTR_SIZE,
  INFO_ATTR_SIZE,
  MAP_INFO_SIZE,
  NEXT_ID_OFFSET,
  OBJ_ATTR_SIZE,
  PROG_INFO_SIZE,
  packBatch,
  packBtfInfo,
  packElem,
  packId,
  packInfo,
  packObjGet,
  packProgInfo,
  progMapCount,
  unpackBtfInfo,
  unpackMapInfo,
  unpackProgInfo,
} from "./bpf-attr.ts";
import { readCpuIds } from "./cpus.ts";
import { E2BIG, EACCES, EBADF, EINVAL, ENOENT, EPERM } from "./errno.ts";
import type { WritableMap } from "./events/kernel.ts";
import type { RingPositions } from "./events/ring-positions.ts";
import { Fd } from "./fd.ts";
import type { BtfInfo, MapInfo, ProgInfo } from "./info.ts";
import type { BatchBuffers, BatchResult, Fdinfo, Kernel, ObjectKind } from "./kernel.ts";
import { kernelBuffer } from "./kernel-buffer.ts";
import { kernelError } from "./kernel-error.ts";
import { addressOf, bpf, bpfAside, closeDescriptor, getAffinity, readShown } from "./libc.ts";
import { BPF_F_RDONLY } from "./map-flags.ts";

/** The largest BTF to read from the kernel. vmlinux has 5 MB; the kernel's limit for a program's BTF is 16 MB. */
const MAX_BTF_BYTES = 256 * 1024 * 1024;

/** The hint for EPERM: the file system that checks the rights of a pin says EACCES, so EPERM comes from before that. */
const NO_BPF_AT_ALL =
  "this user may not call bpf(2) at all: it needs CAP_BPF where kernel.unprivileged_bpf_disabled is set and Linux is older than 5.19, or a container that allows it";

/** The kernel that this process runs on. */
export class LinuxKernel implements Kernel {
  // One buffer for each command, since what stands behind a command's fields must be zero.
  readonly #elem = new Attr(ELEM_ATTR_SIZE);
  readonly #batch = new Attr(BATCH_ATTR_SIZE);
  readonly #id = new Attr(ID_ATTR_SIZE);
  readonly #info = new Attr(INFO_ATTR_SIZE);
  readonly #mapInfo = new Attr(MAP_INFO_SIZE);
  /** Buffers that the kernel may be writing to at any time; held, so that they outlive those who gave them. */
  readonly #ahead = new Set<BatchBuffers>();
  /** Attributes of calls ahead that are over. */
  readonly #aheadAttrs: Attr[] = [];
  #possibleCpus: number | undefined;
  #mostCpus: number | undefined;

  nextMapId(id: number): { errno: number; id: number } {
    const result = bpf(BPF_MAP_GET_NEXT_ID, packId(this.#id, id, 0));
    return { errno: result < 0 ? -result : 0, id: this.#id.readU32(NEXT_ID_OFFSET) };
  }

  openMap(id: number): Fd {
    return opened(BPF_MAP_GET_FD_BY_ID, packId(this.#id, id, BPF_F_RDONLY), (errno) => {
      const hint =
        "maps are opened by id and by name with CAP_SYS_ADMIN only; a pinned map with mode 0644 can be read without it";
      return kernelError(`open map id ${id}`, errno, "NO_SUCH_MAP", hint, { id });
    });
  }

  openPinned(path: string): Fd {
    const bytes = Buffer.concat([bytesFromText(path), Buffer.alloc(1)]);
    const attr = packObjGet(new Attr(OBJ_ATTR_SIZE), addressOf(bytes), BPF_F_RDONLY);
    return opened(BPF_OBJ_GET, attr, (errno) => {
      const hint =
        errno === EPERM
          ? NO_BPF_AT_ALL
          : "the pin and every folder above it must be readable for this user, and lie on a bpf file system";
      return kernelError(`open pinned ${path}`, errno, "NO_SUCH_MAP", hint, { path });
    });
  }

  openBtf(id: number): Fd {
    return opened(BPF_BTF_GET_FD_BY_ID, packId(this.#id, id, 0), (errno) => {
      const hint = "BTF is opened by id with CAP_SYS_ADMIN only";
      return kernelError(`open BTF id ${id}`, errno, "BTF_UNAVAILABLE", hint, { id });
    });
  }

  openProg(id: number): Fd {
    return opened(BPF_PROG_GET_FD_BY_ID, packId(this.#id, id, 0), (errno) => {
      const hint = "programs are opened by id with CAP_SYS_ADMIN only";
      return kernelError(`open program id ${id}`, errno, "KERNEL", hint, { id });
    });
  }

  objectKind(fd: Fd): ObjectKind {
    const target = linkTarget(`/proc/self/fd/${fd.number}`);
    if (target === undefined) return this.#isMap(fd) ? "map" : "unknown";
    const match = /bpf[-_](map|prog|link)|^anon_inode:(btf)$/.exec(target);
    return ((match?.[1] ?? match?.[2]) as ObjectKind | undefined) ?? "unknown";
  }

  mapInfo(fd: Fd): MapInfo {
    // Zeroed each time: since Linux 6.18 the kernel leaves what it doesn't set as it was.
    this.#mapInfo.words.fill(0);
    this.#readInfo(fd, this.#mapInfo, "read map info");
    return unpackMapInfo(this.#mapInfo);
  }

  btfInfo(fd: Fd): BtfInfo {
    const info = new Attr(BTF_INFO_SIZE);
    const name = Buffer.from(new ArrayBuffer(BTF_NAME_CAPACITY));
    packBtfInfo(info, 0, 0, addressOf(name));
    if (this.#tryInfo(fd, info) === E2BIG) {
      // Before 5.11 BTF had no name to ask for.
      packBtfInfo(info, 0, 0, 0);
      this.#readInfo(fd, info, "read BTF info");
    }
    return unpackBtfInfo(info, name);
  }

  btfBytes(fd: Fd): Uint8Array {
    const { size } = this.btfInfo(fd);
    if (size > MAX_BTF_BYTES) throw new EbpfMapError("BTF_INVALID", `read BTF: ${size} bytes are too many`, { size });
    const bytes = new Uint8Array(new ArrayBuffer(size));
    const info = new Attr(BTF_INFO_SIZE);
    packBtfInfo(info, addressOf(bytes), size, 0);
    this.#readInfo(fd, info, "read BTF");
    return bytes;
  }

  progInfo(fd: Fd): ProgInfo {
    const info = new Attr(PROG_INFO_SIZE);
    this.#readInfo(fd, info, "read program info");
    const capacity = progMapCount(info);
    const mapIds = new Attr(4 * capacity);
    packProgInfo(info, addressOf(mapIds.bytes), capacity);
    this.#readInfo(fd, info, "read program info");
    return unpackProgInfo(info, mapIds, capacity);
  }

  fdinfo(fd: Fd): Fdinfo {
    return parseFdinfo(readFdinfo(fd.number));
  }

  lookup(fd: Fd, key: Uint8Array | null, value: Uint8Array): number {
    const attr = packElem(this.#elem, fd.number, key === null ? 0 : addressOf(key), addressOf(value));
    return Math.max(0, -bpf(BPF_MAP_LOOKUP_ELEM, attr));
  }

  nextKey(fd: Fd, key: Uint8Array | null, next: Uint8Array): number {
    const attr = packElem(this.#elem, fd.number, key === null ? 0 : addressOf(key), addressOf(next));
    return Math.max(0, -bpf(BPF_MAP_GET_NEXT_KEY, attr));
  }

  lookupBatch(fd: Fd, buffers: BatchBuffers, capacity: number, first: boolean, result: BatchResult): void {
    const attr = packBatch(this.#batch, {
      fd: fd.number,
      inBatch: first ? 0 : addressOf(buffers.cursorIn),
      outBatch: addressOf(buffers.cursorOut),
      keys: addressOf(buffers.keys),
      values: addressOf(buffers.values),
      count: capacity,
    });
    result.errno = Math.max(0, -bpf(BPF_MAP_LOOKUP_BATCH, attr));
    result.count = this.#batch.readU32(BATCH_COUNT_OFFSET);
  }

  lookupBatchAhead(fd: Fd, buffers: BatchBuffers, capacity: number): Promise<Readonly<BatchResult>> | undefined {
    const attr = this.#aheadAttrs.pop() ?? new Attr(BATCH_ATTR_SIZE);
    const { number, giveBack } = fd.borrow();
    packBatch(attr, {
      fd: number,
      inBatch: addressOf(buffers.cursorIn),
      outBatch: addressOf(buffers.cursorOut),
      keys: addressOf(buffers.keys),
      values: addressOf(buffers.values),
      count: capacity,
    });
    let settle: ((result: Readonly<BatchResult>) => void) | undefined;
    const isUnderWay = bpfAside(BPF_MAP_LOOKUP_BATCH, attr, (result) => {
      giveBack();
      this.#ahead.delete(buffers);
      const count = attr.readU32(BATCH_COUNT_OFFSET);
      this.#aheadAttrs.push(attr);
      settle?.({ errno: Math.max(0, -result), count });
    });
    if (!isUnderWay) {
      giveBack();
      this.#aheadAttrs.push(attr);
      return undefined;
    }
    this.#ahead.add(buffers);
    return new Promise((resolve) => {
      settle = resolve;
    });
  }

  possibleCpus(): number {
    this.#possibleCpus ??= readCpuIds("possible").length;
    return this.#possibleCpus;
  }

  mostCpus(): number {
    this.#mostCpus ??= cpuMaskBits();
    return this.#mostCpus;
  }

  async ringPositions(map: WritableMap, size: number): Promise<RingPositions> {
    const [{ LinuxStreamKernel }, { readRingPositions }] = await Promise.all([
      import("./events/linux.ts"),
      import("./events/ring-positions.ts"),
    ]);
    return readRingPositions(new LinuxStreamKernel(), map, size);
  }

  vmlinuxBtf(): Uint8Array | undefined {
    try {
      return readFileSync("/sys/kernel/btf/vmlinux");
    } catch {
      return undefined;
    }
  }

  /**
   * Recognizes a map by its errnos for calls that can't succeed: for any other object both calls are invalid, and for
   * no map type are both. Nothing is written, since all addresses are null.
   */
  #isMap(fd: Fd): boolean {
    const calls = [BPF_MAP_GET_NEXT_KEY, BPF_MAP_LOOKUP_ELEM];
    const errnos = calls.map((command) => -bpf(command, packElem(this.#elem, fd.number, 0, 0)));
    return errnos.some((errno) => errno !== EINVAL && errno !== EBADF);
  }

  #readInfo(fd: Fd, info: Attr, doing: string): void {
    const errno = this.#tryInfo(fd, info);
    if (errno !== 0) throw kernelError(doing, errno, "KERNEL", "the descriptor is of another kind of object", {});
  }

  /** Fills in `info` and returns errno; E2BIG if `info` asks for something that this kernel doesn't have. */
  #tryInfo(fd: Fd, info: Attr): number {
    const attr = packInfo(this.#info, fd.number, info.address, info.bytes.byteLength);
    return Math.max(0, -bpf(BPF_OBJ_GET_INFO_BY_FD, attr));
  }
}

/** A map's fdinfo has some 300 bytes. */
const fdinfoBuffer = Buffer.from(new ArrayBuffer(4096));

function readFdinfo(fd: number): string {
  const path = `/proc/self/fdinfo/${fd}`;
  const length = readShown(path, fdinfoBuffer);
  // A process that has changed its user, or whose file has capabilities, may not even look into itself; and a container
  // need not have a /proc.
  if (length === -EACCES || length === -ENOENT) return "";
  if (length < 0) throw kernelError(`read ${path}`, -length, "KERNEL", "/proc may not be read", { path });
  return fdinfoBuffer.toString("latin1", 0, length);
}

/**
 * Parses a `/proc/PID/fdinfo/FD` file, whose lines are `key:\tvalue`. Few of them are used, so the text is searched for
 * each.
 */
export function parseFdinfo(text: string): Fdinfo {
  const lines = `\n${text}`;
  return {
    get(name) {
      const start = lines.indexOf(`\n${name}:`);
      if (start < 0) return undefined;
      const from = start + name.length + 2;
      const end = lines.indexOf("\n", from);
      return lines.slice(from, end < 0 ? undefined : end).trim();
    },
  };
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** The most CPUs of any kernel that this program runs on (NR_CPUS of x86-64). */
const MOST_CPUS = 8192;

/** The number of bits in the shortest CPU mask that the kernel accepts: at least one for each of its CPU numbers. */
function cpuMaskBits(): number {
  for (let bytes = 8; bytes * 8 < MOST_CPUS; bytes *= 2) if (getAffinity(kernelBuffer(bytes)) >= 0) return bytes * 8;
  return MOST_CPUS;
}

/** Opens an object. The error is made only where it is needed: lists open thousands of maps. */
function opened(command: number, attr: Attr, failure: (errno: number) => EbpfMapError): Fd {
  const result = bpf(command, attr);
  if (result < 0) throw failure(-result);
  return new Fd(result, closeDescriptor);
}
