import { loadKoffi, unsupportedPlatform } from "../libc.ts";

/** System calls of event streams besides bpf(2). epoll_pwait stands in for epoll_wait, which arm64 lacks. */
type StreamCall = "mmap" | "munmap" | "perf_event_open" | "epoll_create1" | "epoll_ctl" | "epoll_pwait";

const NUMBERS: Partial<Record<NodeJS.Architecture, Record<StreamCall, number>>> = {
  x64: { mmap: 9, munmap: 11, perf_event_open: 298, epoll_create1: 291, epoll_ctl: 233, epoll_pwait: 281 },
  arm64: { mmap: 222, munmap: 215, perf_event_open: 241, epoll_create1: 20, epoll_ctl: 21, epoll_pwait: 22 },
};

let syscall: ((...numbers: number[]) => number) | undefined;

/** Makes a system call. Returns its result, or -errno. Missing arguments are 0. */
export function streamCall(name: StreamCall, ...[a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]: number[]): number {
  const number = NUMBERS[process.arch]?.[name];
  if (process.platform !== "linux" || number === undefined) throw unsupportedPlatform(name);
  const koffi = loadKoffi();
  syscall ??= koffi.load(null).func("syscall", "long", Array<string>(7).fill("long"));
  const result: number = syscall(number, a, b, c, d, e, f);
  return result < 0 ? -koffi.errno() : result;
}

/** Returns the size of this machine's memory pages. */
export function systemPageSize(): number {
  return loadKoffi().load(null).func("getpagesize", "int", [])();
}

/**
 * Returns the memory at an address as an ArrayBuffer. The address must come from a successful mmap: with any other,
 * koffi ends the process. An ArrayBuffer can't be revoked, so the pages must stay mapped as long as it lives.
 */
export function memoryAt(address: number, length: number): ArrayBuffer {
  return loadKoffi().view(address, length);
}

/** A watch that, once started, calls back from the event loop while a descriptor is readable. */
export interface ReadableWatch extends Disposable {
  start(): void;
  stop(): void;
}

/** Creates a watch that is not started yet. Dispose of it before the descriptor is closed. */
export function watchReadable(fd: number, callback: () => void): ReadableWatch {
  const handle = loadKoffi().node.poll(fd, { readable: true }, callback);
  handle.stop();
  return {
    start: () => handle.start({ readable: true }, callback),
    stop: () => handle.stop(),
    [Symbol.dispose]: () => handle.close(),
  };
}
