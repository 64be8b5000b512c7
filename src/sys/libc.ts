import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { EbpfMapError } from "../errors.ts";

/** System call numbers by Node's name of the architecture. */
const NUMBERS: Partial<Record<NodeJS.Architecture, { readonly bpf: number; readonly schedGetaffinity: number }>> = {
  x64: { bpf: 321, schedGetaffinity: 204 },
  arm64: { bpf: 280, schedGetaffinity: 123 },
};

/** What a Node for musl can't start without, and a system with glibc rarely has. */
const MUSL_LOADERS: Partial<Record<NodeJS.Architecture, string>> = {
  x64: "/lib/ld-musl-x86_64.so.1",
  arm64: "/lib/ld-musl-aarch64.so.1",
};

type Koffi = typeof import("koffi");

const require = createRequire(import.meta.filename);

/** koffi, loaded when the kernel is first asked something: snapshots are read without it. */
let koffi: Koffi | undefined;

/** For what else of `src/sys` calls the C library. */
export function loadKoffi(): Koffi {
  try {
    koffi ??= koffiBinary() ?? (require("koffi") as Koffi);
    return koffi;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    const message = `load koffi to call the kernel: ${reason} (snapshot files can be read without it)`;
    throw new EbpfMapError("UNSUPPORTED_PLATFORM", message, {}, error);
  }
}

/**
 * koffi's binary for glibc, from where npm puts it: beside koffi. koffi itself searches for it, looks into Node's binary for
 * the C library it was linked with, and adds warnings about names of its older versions, all of which takes longer than
 * to read a small map. It does so here, too, where this is another kind of system or installation.
 */
function koffiBinary(): Koffi | undefined {
  try {
    if (existsSync(MUSL_LOADERS[process.arch] ?? "")) return undefined;
    const binary = require(`@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`) as Koffi;
    return binary.version.startsWith("3.") ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** The C library, as far as this program calls it. koffi is loaded here and nowhere else. */
interface Libc {
  /** bpf(2): the result, or -errno. */
  bpf(cmd: number, attr: Uint8Array): number;
  open(path: number, flags: number): number;
  read(fd: number, buffer: number, length: number): number;
  close(fd: number): number;
  getAffinity(mask: Uint8Array): number;
  errno(): number;
}

let libc: Libc | undefined;

/**
 * bpf(2). `attr` is a packed `union bpf_attr` (see bpf-attr.ts). Returns the system call's result, or -errno.
 * Buffers whose addresses stand in `attr` must be kept alive by the caller for the time of the call.
 */
export function bpf(cmd: number, attr: Uint8Array): number {
  libc ??= loadLibc();
  return libc.bpf(cmd, attr);
}

/**
 * The system call sched_getaffinity for this thread: the bytes written, or -errno. The kernel refuses a mask without a bit
 * for each CPU number that it may ever use.
 */
export function getAffinity(mask: Uint8Array): number {
  libc ??= loadLibc();
  const result = libc.getAffinity(mask);
  return result < 0 ? -libc.errno() : result;
}

/** close(2), for descriptors that bpf(2) gave: in a worker thread Node's own warns of any that it has not opened. */
export function closeDescriptor(fd: number): void {
  libc ??= loadLibc();
  libc.close(fd);
}

/**
 * Reads a file that the kernel shows in one piece and of which nobody needs more than fits, without the buffers and checks
 * that Node has for any file. Returns the number of bytes, or -errno.
 */
export function readOnce(path: string, buffer: Uint8Array): number {
  libc ??= loadLibc();
  const name = Buffer.from(`${path}\0`);
  const fd = libc.open(addressOf(name), 0);
  if (fd < 0) return -libc.errno();
  const length = libc.read(fd, addressOf(buffer), buffer.byteLength);
  const result = length < 0 ? -libc.errno() : length;
  libc.close(fd);
  return result;
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
  const koffi = loadKoffi();
  const library = koffi.load(null);
  const syscall = library.func("syscall", "long", ["long", "long", "uintptr_t", "long"]);
  const affinity = library.func("syscall", "long", ["long", "int", "size_t", "uintptr_t"]);
  return {
    getAffinity: (mask) => affinity(numbers.schedGetaffinity, 0, mask.byteLength, addressOf(mask)),
    bpf(cmd, attr) {
      const result: number = syscall(numbers.bpf, cmd, addressOf(attr), attr.byteLength);
      return result < 0 ? -koffi.errno() : result;
    },
    open: library.func("open", "int", ["uintptr_t", "int"]),
    read: library.func("read", "long", ["int", "uintptr_t", "size_t"]),
    close: library.func("close", "int", ["int"]),
    errno: koffi.errno,
  };
}

/** What there is to say where a system call doesn't exist. */
export function unsupportedPlatform(call: string): EbpfMapError {
  return new EbpfMapError(
    "UNSUPPORTED_PLATFORM",
    `call ${call}(2): not on ${process.platform} ${process.arch} (live maps need Linux on x86-64 or arm64; snapshot files can be read anywhere)`,
  );
}
