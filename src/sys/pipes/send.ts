import { addressOf, loadKoffi } from "../libc.ts";

const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

let send: ((fd: number, buffer: number, length: number, flags: number) => number) | undefined;

/**
 * Sends as many bytes to a socket as it has room for, without waiting and without changing the flags of the descriptor,
 * which other programs may share. Returns their number, or -errno. Throws UNSUPPORTED_PLATFORM where koffi can't be
 * had.
 */
export function sendNow(socket: number, bytes: Uint8Array): number {
  const koffi = loadKoffi();
  send ??= koffi.load(null).func("send", "long", ["int", "uintptr_t", "size_t", "int"]);
  const result = send(socket, addressOf(bytes), bytes.byteLength, MSG_DONTWAIT | MSG_NOSIGNAL);
  return result < 0 ? -koffi.errno() : result;
}
