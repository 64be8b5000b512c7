import { createRequire } from "node:module";
import { EbpfMapError } from "../errors.ts";

/** System call numbers by Node's name of the architecture. */
const SYS_BPF: Partial<Record<NodeJS.Architecture, number>> = { x64: 321, arm64: 280 };

type Koffi = typeof import("koffi");

/** koffi, loaded when the kernel is first asked something: snapshots are read without it. */
let koffi: Koffi | undefined;

function loadKoffi(): Koffi {
  koffi ??= createRequire(import.meta.url)("koffi") as Koffi;
  return koffi;
}

/** The C library, as far as this program calls it. koffi is loaded here and nowhere else. */
interface Libc {
  /** bpf(2): the result, or -errno. */
  bpf(cmd: number, attr: Uint8Array): number;
}

/** What event streams call besides bpf(2). epoll_pwait stands for epoll_wait, which arm64 doesn't have. */
type StreamCall = "mmap" | "munmap" | "perf_event_open" | "epoll_create1" | "epoll_ctl" | "epoll_pwait";

const STREAM_CALLS: Partial<Record<NodeJS.Architecture, Record<StreamCall, number>>> = {
  x64: { mmap: 9, munmap: 11, perf_event_open: 298, epoll_create1: 291, epoll_ctl: 233, epoll_pwait: 281 },
  arm64: { mmap: 222, munmap: 215, perf_event_open: 241, epoll_create1: 20, epoll_ctl: 21, epoll_pwait: 22 },
};

let libc: Libc | undefined;
let sixArguments: ((...numbers: number[]) => number) | undefined;

/**
 * bpf(2). `attr` is a packed `union bpf_attr` (see bpf-attr.ts). Returns the system call's result, or -errno.
 * Buffers whose addresses stand in `attr` must be kept alive by the caller for the time of the call.
 */
export function bpf(cmd: number, attr: Uint8Array): number {
  libc ??= loadLibc();
  return libc.bpf(cmd, attr);
}

/**
 * The address of the first byte of a buffer, exact as a number (user space ends below 2^48). Buffers don't move, since
 * V8 keeps the memory of an ArrayBuffer that has been exposed outside its heap.
 */
export function addressOf(bytes: Uint8Array): number {
  const base = baseAddresses.get(bytes.buffer) ?? rememberBase(bytes.buffer);
  return base + bytes.byteOffset;
}

/** One of the system calls of event streams: its result, or -errno. What isn't given is 0. */
export function streamCall(name: StreamCall, ...[a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]: number[]): number {
  const number = STREAM_CALLS[process.arch]?.[name];
  if (process.platform !== "linux" || number === undefined) throw unsupported(name);
  sixArguments ??= koffi.load(null).func("syscall", "long", Array<string>(7).fill("long"));
  const result: number = sixArguments(number, a, b, c, d, e, f);
  return result < 0 ? -koffi.errno() : result;
}

/** The size of this machine's memory pages. */
export function pageSize(): number {
  return koffi.load(null).func("getpagesize", "int", [])();
}

/**
 * Memory at an address, as an ArrayBuffer. The address must be that of a successful mmap: koffi ends the process for
 * any other. Before the pages are unmapped {@link detachMemory} must take the memory away from the ArrayBuffer.
 */
export function memoryAt(address: number, length: number): ArrayBuffer {
  return koffi.view(address, length);
}

/** Empties an ArrayBuffer and all views of it: from now on they have no bytes, and reading past the end is harmless. */
export function detachMemory(buffer: ArrayBuffer): void {
  structuredClone(buffer, { transfer: [buffer] });
}

/** Calls back from the event loop as long as a descriptor is readable, until it is closed. */
export interface ReadableWatch extends Disposable {
  start(): void;
  stop(): void;
}

export function watchReadable(fd: number, callback: () => void): ReadableWatch {
  const handle = koffi.node.poll(fd, { readable: true }, callback);
  handle.stop();
  return {
    start: () => handle.start({ readable: true }, callback),
    stop: () => handle.stop(),
    [Symbol.dispose]: () => handle.close(),
  };
}

const baseAddresses = new WeakMap<ArrayBufferLike, number>();

function rememberBase(buffer: ArrayBufferLike): number {
  const base = buffer.byteLength === 0 ? 0 : Number(loadKoffi().address(new Uint8Array(buffer)));
  baseAddresses.set(buffer, base);
  return base;
}

function loadLibc(): Libc {
  const number = SYS_BPF[process.arch];
  if (process.platform !== "linux" || number === undefined) {
    throw unsupported("bpf");
  }
  const koffi = loadKoffi();
  const syscall = koffi.load(null).func("syscall", "long", ["long", "long", "uintptr_t", "long"]);
  return {
    bpf(cmd, attr) {
      const result: number = syscall(number, cmd, addressOf(attr), attr.byteLength);
      return result < 0 ? -koffi.errno() : result;
    },
  };
}

function unsupported(call: string): EbpfMapError {
  return new EbpfMapError(
    "UNSUPPORTED_PLATFORM",
    `call ${call}(2): not on ${process.platform} ${process.arch} (live maps need Linux on x86-64 or arm64; snapshot files can be read anywhere)`,
  );
}
