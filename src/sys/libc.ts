import { availableParallelism } from "node:os";
import { EbpfMapError } from "../errors.ts";
import { type Koffi, requireKoffi } from "./koffi/binary.ts";

/** System call numbers by Node's name of the architecture. */
const NUMBERS: Partial<Record<NodeJS.Architecture, { readonly bpf: number; readonly schedGetaffinity: number }>> = {
  x64: { bpf: 321, schedGetaffinity: 204 },
  arm64: { bpf: 280, schedGetaffinity: 123 },
};

/** koffi, loaded with the first call of the kernel: snapshots are read without it. */
let koffi: Koffi | undefined;

/** Loads koffi, for the modules of `src/sys` that call the C library themselves. Throws UNSUPPORTED_PLATFORM. */
export function loadKoffi(): Koffi {
  try {
    koffi ??= requireKoffi();
    return koffi;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    const message = `load koffi to call the kernel: ${reason} (snapshot files can be read without it)`;
    throw new EbpfMapError("UNSUPPORTED_PLATFORM", message, {}, error);
  }
}

/** A packed `union bpf_attr`. */
interface Packed {
  readonly address: number;
  readonly size: number;
}

/** The functions of the C library that this program calls. */
interface Libc {
  /** bpf(2): the result, or -errno. */
  bpf(cmd: number, attr: Packed): number;
  /** bpf(2) on a thread of libuv's pool; throws where too many calls are under way. */
  bpfAside(cmd: number, attr: Packed, done: (result: number) => void): void;
  open(path: number, flags: number): number;
  pread(fd: number, buffer: number, length: number, from: number): number;
  close(fd: number): number;
  getAffinity(mask: Uint8Array): number;
  errno(): number;
}

let libc: Libc | undefined;

/**
 * Calls bpf(2). `attr` is a packed `union bpf_attr` (see bpf-attr.ts). Returns the result, or -errno. The caller keeps
 * the buffers whose addresses stand in `attr` alive during the call.
 */
export function bpf(cmd: number, attr: Packed): number {
  libc ??= loadLibc();
  return libc.bpf(cmd, attr);
}

/** Calls of `bpfAside` that are under way, and the most of them: libuv has so many threads. */
let aside = 0;
const MOST_ASIDE = 4;

/**
 * Calls bpf(2) on another thread, and then `done` with the result, or -errno, on this one. The caller keeps all buffers
 * alive until then. Returns false, and calls nothing, where no thread is free or there is only one CPU to run on.
 */
export function bpfAside(cmd: number, attr: Packed, done: (result: number) => void): boolean {
  libc ??= loadLibc();
  if (aside >= MOST_ASIDE || !hasCpus()) return false;
  try {
    libc.bpfAside(cmd, attr, (result) => {
      aside -= 1;
      done(result);
    });
  } catch {
    // koffi has a limit of its own, and others may call it.
    return false;
  }
  aside += 1;
  return true;
}

let cpus: number | undefined;

/** Returns whether another thread can run at the same time as this one. */
function hasCpus(): boolean {
  cpus ??= availableParallelism();
  return cpus > 1;
}

/**
 * Makes the system call sched_getaffinity for this thread. Returns the number of bytes written, or -errno: the kernel
 * refuses a mask that lacks a bit for any CPU number that it may ever use.
 */
export function getAffinity(mask: Uint8Array): number {
  libc ??= loadLibc();
  const result = libc.getAffinity(mask);
  return result < 0 ? -libc.errno() : result;
}

/**
 * Calls close(2) on a descriptor that bpf(2) returned: in a worker thread Node's own function warns of descriptors that
 * it did not open.
 */
export function closeDescriptor(fd: number): void {
  libc ??= loadLibc();
  libc.close(fd);
}

const O_CLOEXEC = 0o2000000;

/** The file that `readShown` has read last. */
let shown: { readonly path: string; readonly fd: number } | undefined;

/**
 * Reads a file that the kernel shows in one piece and makes anew each time, as far as it fits, without the buffers and
 * checks that Node has for any file. Returns the number of bytes, or -errno. The file stays open until the end of the
 * turn: that of a descriptor's number tells of what has this number when it is read, and maps of a list have the same,
 * one after another.
 */
export function readShown(path: string, buffer: Uint8Array): number {
  libc ??= loadLibc();
  if (shown?.path !== path) {
    closeShown();
    const fd = libc.open(addressOf(Buffer.from(`${path}\0`)), O_CLOEXEC);
    if (fd < 0) return -libc.errno();
    shown = { path, fd };
    queueMicrotask(closeShown);
  }
  const length = libc.pread(shown.fd, addressOf(buffer), buffer.byteLength, 0);
  return length < 0 ? -libc.errno() : length;
}

function closeShown(): void {
  if (shown !== undefined) libc?.close(shown.fd);
  shown = undefined;
}

/**
 * The address of the first byte of a buffer, exact as a number (user space ends below 2^48). Buffers don't move, since
 * V8 keeps the memory of an ArrayBuffer that has been exposed outside its heap.
 */
export function addressOf(bytes: Uint8Array): number {
  const base = baseAddresses.get(bytes.buffer) ?? rememberBase(bytes.buffer);
  return base + bytes.byteOffset;
}

const baseAddresses = new WeakMap<ArrayBufferLike, number>();

function rememberBase(buffer: ArrayBufferLike): number {
  const base = buffer.byteLength === 0 ? 0 : Number(loadKoffi().address(new Uint8Array(buffer)));
  baseAddresses.set(buffer, base);
  return base;
}

function loadLibc(): Libc {
  const numbers = NUMBERS[process.arch];
  if (process.platform !== "linux" || numbers === undefined) throw unsupportedPlatform("bpf");
  const { bpf: number, schedGetaffinity } = numbers;
  const koffi = loadKoffi();
  const library = koffi.load(null);
  const syscall = library.func("syscall", "long", ["long", "long", "uintptr_t", "long"]);
  const affinity = library.func("syscall", "long", ["long", "int", "size_t", "uintptr_t"]);
  return {
    getAffinity: (mask) => affinity(schedGetaffinity, 0, mask.byteLength, addressOf(mask)),
    bpf(cmd, attr) {
      const result: number = syscall(number, cmd, attr.address, attr.size);
      return result < 0 ? -koffi.errno() : result;
    },
    bpfAside(cmd, attr, done) {
      // koffi keeps the thread's errno for the callback. It has no error to tell: a long can be converted.
      const ended = (_error: unknown, result: number): void => done(result < 0 ? -koffi.errno() : result);
      syscall.async(number, cmd, attr.address, attr.size, ended);
    },
    open: library.func("open", "int", ["uintptr_t", "int"]),
    pread: library.func("pread", "long", ["int", "uintptr_t", "size_t", "long"]),
    close: library.func("close", "int", ["int"]),
    errno: koffi.errno,
  };
}

/** The error for a system call that this platform doesn't have. */
export function unsupportedPlatform(call: string): EbpfMapError {
  return new EbpfMapError(
    "UNSUPPORTED_PLATFORM",
    `call ${call}(2): not on ${process.platform} ${process.arch} (live maps need Linux on x86-64 or arm64; snapshot files can be read anywhere)`,
  );
}
