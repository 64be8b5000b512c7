import { loadKoffi, unsupportedPlatform } from "../libc.ts";

/** What event streams call besides bpf(2). epoll_pwait stands for epoll_wait, which arm64 doesn't have. */
type StreamCall = "mmap" | "munmap" | "perf_event_open" | "epoll_create1" | "epoll_ctl" | "epoll_pwait";

const NUMBERS: Partial<Record<NodeJS.Architecture, Record<StreamCall, number>>> = {
  x64: { mmap: 9, munmap: 11, perf_event_open: 298, epoll_create1: 291, epoll_ctl: 233, epoll_pwait: 281 },
  arm64: { mmap: 222, munmap: 215, perf_event_open: 241, epoll_create1: 20, epoll_ctl: 21, epoll_pwait: 22 },
};

let syscall: ((...numbers: number[]) => number) | undefined;

/** One of these system calls: its result, or -errno. Arguments that aren't given are 0. */
export function streamCall(name: StreamCall, ...[a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]: number[]): number {
  const number = NUMBERS[process.arch]?.[name];
  if (process.platform !== "linux" || number === undefined) throw unsupportedPlatform(name);
  const koffi = loadKoffi();
  syscall ??= koffi.load(null).func("syscall", "long", Array<string>(7).fill("long"));
  const result: number = syscall(number, a, b, c, d, e, f);
  return result < 0 ? -koffi.errno() : result;
}

/** The size of this machine's memory pages. */
export function systemPageSize(): number {
  return loadKoffi().load(null).func("getpagesize", "int", [])();
}

/**
 * Memory at an address, as an ArrayBuffer. The address must be that of a successful mmap: koffi ends the process for
 * any other. The ArrayBuffer can't be taken away from whoever has it, so the pages must stay mapped as long as it lives.
 */
export function memoryAt(address: number, length: number): ArrayBuffer {
  return loadKoffi().view(address, length);
}

/** Calls back from the event loop as long as a descriptor is readable, while it is started. */
export interface ReadableWatch extends Disposable {
  start(): void;
  stop(): void;
}

/** Not started yet. Must be disposed of before the descriptor is closed. */
export function watchReadable(fd: number, callback: () => void): ReadableWatch {
  const handle = loadKoffi().node.poll(fd, { readable: true }, callback);
  handle.stop();
  return {
    start: () => handle.start({ readable: true }, callback),
    stop: () => handle.stop(),
    [Symbol.dispose]: () => handle.close(),
  };
}
