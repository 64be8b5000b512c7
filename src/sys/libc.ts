import { createRequire } from "node:module";
import { EbpfMapError } from "../errors.ts";

/** System call numbers by Node's name of the architecture. */
const SYS_BPF: Partial<Record<NodeJS.Architecture, number>> = { x64: 321, arm64: 280 };

type Koffi = typeof import("koffi");

/** koffi, loaded when the kernel is first asked something: snapshots are read without it. */
let koffi: Koffi | undefined;

/** For what else of `src/sys` calls the C library. */
export function loadKoffi(): Koffi {
  try {
    koffi ??= createRequire(import.meta.url)("koffi") as Koffi;
    return koffi;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    const message = `load koffi to call the kernel: ${reason} (snapshot files can be read without it)`;
    throw new EbpfMapError("UNSUPPORTED_PLATFORM", message, {}, error);
  }
}

/** The C library, as far as this program calls it. koffi is loaded here and nowhere else. */
interface Libc {
  /** bpf(2): the result, or -errno. */
  bpf(cmd: number, attr: Uint8Array): number;
  close(fd: number): number;
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

/** close(2), for descriptors that bpf(2) gave: in a worker thread Node's own warns of any that it has not opened. */
export function closeDescriptor(fd: number): void {
  libc ??= loadLibc();
  libc.close(fd);
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
  const number = SYS_BPF[process.arch];
  if (process.platform !== "linux" || number === undefined) throw unsupportedPlatform("bpf");
  const koffi = loadKoffi();
  const library = koffi.load(null);
  const close = library.func("close", "int", ["int"]);
  const syscall = library.func("syscall", "long", ["long", "long", "uintptr_t", "long"]);
  return {
    bpf(cmd, attr) {
      const result: number = syscall(number, cmd, addressOf(attr), attr.byteLength);
      return result < 0 ? -koffi.errno() : result;
    },
    close(fd) {
      return close(fd);
    },
  };
}

/** What there is to say where a system call doesn't exist. */
export function unsupportedPlatform(call: string): EbpfMapError {
  return new EbpfMapError(
    "UNSUPPORTED_PLATFORM",
    `call ${call}(2): not on ${process.platform} ${process.arch} (live maps need Linux on x86-64 or arm64; snapshot files can be read anywhere)`,
  );
}
