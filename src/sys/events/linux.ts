import { bytesFromText } from "../../bytes.ts";
import {
  Attr,
  BPF_MAP_GET_FD_BY_ID,
  BPF_OBJ_GET,
  ELEM_ATTR_SIZE,
  ID_ATTR_SIZE,
  NEXT_ID_OFFSET,
  OBJ_ATTR_SIZE,
  packElem,
  packId,
  packObjGet,
} from "../bpf-attr.ts";
import { readCpuIds } from "../cpus.ts";
import { ENOENT } from "../errno.ts";
import { Fd } from "../fd.ts";
import { kernelError } from "../kernel-error.ts";
import { addressOf, bpf, closeDescriptor } from "../libc.ts";
import { memoryAt, streamCall, systemPageSize } from "./calls.ts";
import type { Pages, PerfEventOptions, StreamKernel, Waiter, WritableMap } from "./kernel.ts";
import { PERF_FLAG_FD_CLOEXEC, packPerfAttr } from "./perf-attr.ts";
import { LinuxWaiter } from "./waiter.ts";

/** The commands that write to a map. Only {@link LinuxStreamKernel} uses them, for the slots of perf events. */
const BPF_MAP_UPDATE_ELEM = 2;
const BPF_MAP_DELETE_ELEM = 3;

const BPF_PROG_GET_NEXT_ID = 11;

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 0x1;
const MAP_PRIVATE = 0x2;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const MAP_NORESERVE = 0x4000;

const NEEDS_WRITE =
  "mapping a ring buffer and writing the slots of a perf event array need a descriptor for writing: CAP_SYS_ADMIN by id, write permission on a pin";
const NEEDS_PERF = "perf events of a CPU need CAP_PERFMON, or kernel.perf_event_paranoid of 0 or less";

/** The kernel that this process runs on, for event streams. */
export class LinuxStreamKernel implements StreamKernel {
  readonly pageSize: number = systemPageSize();

  nextProgId(id: number): { errno: number; id: number } {
    const attr = new Attr(ID_ATTR_SIZE);
    const result = bpf(BPF_PROG_GET_NEXT_ID, packId(attr, id, 0));
    return { errno: result < 0 ? -result : 0, id: attr.readU32(NEXT_ID_OFFSET) };
  }

  openWritable(map: WritableMap): Fd {
    return "path" in map ? openPath(map.path) : openId(map.id);
  }

  mapPages(fd: Fd, offset: number, length: number, access: "read" | "write"): Pages {
    const protection = access === "write" ? PROT_READ | PROT_WRITE : PROT_READ;
    const address = streamCall("mmap", 0, length, protection, MAP_SHARED, fd.number, offset);
    if (address <= 0) throw kernelError("map the pages of a stream", -address, "KERNEL", NEEDS_WRITE, { length });
    const buffer = memoryAt(address, length);
    unmapWhenUnused.register(buffer, { address, length });
    let mapped = true;
    return {
      buffer,
      [Symbol.dispose]() {
        if (mapped) replaceByZeros(address, length);
        mapped = false;
      },
    };
  }

  openPerfEvent(options: PerfEventOptions): Fd {
    const attr = packPerfAttr(options);
    const everyProcess = -1;
    const noGroup = -1;
    const flags = PERF_FLAG_FD_CLOEXEC;
    const result = streamCall("perf_event_open", addressOf(attr), everyProcess, options.cpu, noGroup, flags);
    if (result >= 0) return new Fd(result, closeDescriptor);
    throw kernelError(`open a perf event on CPU ${options.cpu}`, -result, "KERNEL", NEEDS_PERF, { cpu: options.cpu });
  }

  setPerfSlot(map: Fd, index: number, event: Fd): void {
    const value = new Attr(4).u32(0, event.number).bytes;
    const result = element(BPF_MAP_UPDATE_ELEM, map, index, addressOf(value));
    if (result < 0) throw slotError("put a perf event into", index, -result);
  }

  clearPerfSlot(map: Fd, index: number): void {
    const result = element(BPF_MAP_DELETE_ELEM, map, index, 0);
    if (result < 0 && result !== -ENOENT) throw slotError("empty", index, -result);
  }

  onlineCpus(): number[] {
    return readCpuIds("online");
  }

  monotonicNow(): bigint {
    return process.hrtime.bigint();
  }

  waiter(): Waiter {
    return new LinuxWaiter();
  }
}

/**
 * Unmaps pages once nothing refers to their ArrayBuffer. An ArrayBuffer can't be revoked, and reading unmapped pages
 * ends the process, so disposal only replaces pages by zeros, which cost no memory.
 */
const unmapWhenUnused = new FinalizationRegistry<{ address: number; length: number }>(({ address, length }) => {
  streamCall("munmap", address, length);
});

function replaceByZeros(address: number, length: number): void {
  const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
  const noFile = -1;
  streamCall("mmap", address, length, PROT_READ | PROT_WRITE, flags, noFile, 0);
}

function openId(id: number): Fd {
  const result = bpf(BPF_MAP_GET_FD_BY_ID, packId(new Attr(ID_ATTR_SIZE), id, 0));
  if (result >= 0) return new Fd(result, closeDescriptor);
  throw kernelError(`open map id ${id} for writing`, -result, "NO_SUCH_MAP", NEEDS_WRITE, { id });
}

function openPath(path: string): Fd {
  const bytes = Buffer.concat([bytesFromText(path), Buffer.alloc(1)]);
  const result = bpf(BPF_OBJ_GET, packObjGet(new Attr(OBJ_ATTR_SIZE), addressOf(bytes), 0));
  if (result >= 0) return new Fd(result, closeDescriptor);
  throw kernelError(`open pinned ${path} for writing`, -result, "NO_SUCH_MAP", NEEDS_WRITE, { path });
}

function element(command: number, map: Fd, index: number, value: number): number {
  const key = new Attr(4).u32(0, index).bytes;
  return bpf(command, packElem(new Attr(ELEM_ATTR_SIZE), map.number, addressOf(key), value));
}

function slotError(doing: string, index: number, errno: number): Error {
  return kernelError(`${doing} slot ${index} of a perf event array`, errno, "KERNEL", NEEDS_WRITE, { index });
}
