import { EbpfMapError } from "../../errors.ts";
import { errnoName, errnoPhrase } from "../errno.ts";
import { Fd } from "../fd.ts";
import { addressOf, closeDescriptor, loadKoffi } from "../libc.ts";

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const MSG_DONTWAIT = 0x40;
const NLM_F_REQUEST_DUMP = 0x301;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
/** `{ u32 length; u16 type, flags; u32 sequence, port }`. */
const HEADER_BYTES = 16;
/** The kernel fills messages of up to 32 KiB for a reader with room for them. */
const BUFFER_BYTES = 64 * 1024;

interface Calls {
  readonly socket: (family: number, type: number, protocol: number) => number;
  readonly send: (fd: number, buffer: number, length: number, flags: number) => number;
  readonly receive: (fd: number, buffer: number, length: number, flags: number) => number;
  readonly errno: () => number;
}

let calls: Calls | undefined;

/** A socket to the kernel's routing subsystem (rtnetlink). */
export interface Netlink extends Disposable {
  /** Asks for all objects of a kind; returns the bodies of the answers of type `answer`, their headers left out. */
  dump(request: number, answer: number, body: Uint8Array): Uint8Array[];
}

/** Opens a netlink socket. Throws KERNEL where there are none, as in some sandboxes. */
export function openNetlink(): Netlink {
  const { socket, errno } = loadCalls();
  const number = socket(AF_NETLINK, SOCK_RAW_CLOEXEC, 0);
  if (number < 0) throw netlinkError("open a netlink socket", errno());
  const fd = new Fd(number, closeDescriptor);
  return {
    dump: (request, answer, body) => dump(fd, { request, answer, body }),
    [Symbol.dispose]: () => fd.close(),
  };
}

interface Dump {
  readonly request: number;
  readonly answer: number;
  readonly body: Uint8Array;
}

function dump(fd: Fd, { request, answer, body }: Dump): Uint8Array[] {
  const { send, receive, errno } = loadCalls();
  const message = requestOf(request, body);
  if (send(fd.number, addressOf(message), message.length, 0) < 0) throw netlinkError("ask netlink", errno());
  const bodies: Uint8Array[] = [];
  const buffer = new Uint8Array(new ArrayBuffer(BUFFER_BYTES));
  for (;;) {
    // The kernel has the next part ready when the one before is taken, so this never waits.
    const length = receive(fd.number, addressOf(buffer), buffer.length, MSG_DONTWAIT);
    if (length <= 0) throw netlinkError("read netlink's answer", length < 0 ? errno() : 0);
    if (takeMessages(buffer.subarray(0, length), answer, bodies)) return bodies;
  }
}

/** Takes the bodies of a datagram's messages. Returns true at the end of the answer. */
function takeMessages(datagram: Uint8Array, answer: number, bodies: Uint8Array[]): boolean {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
  for (let at = 0; at + HEADER_BYTES <= datagram.length; ) {
    const length = view.getUint32(at, true);
    const type = view.getUint16(at + 4, true);
    if (length < HEADER_BYTES || at + length > datagram.length) return true;
    if (type === NLMSG_DONE) return true;
    if (type === NLMSG_ERROR) throw netlinkError("ask netlink", -view.getInt32(at + HEADER_BYTES, true));
    if (type === answer) bodies.push(datagram.slice(at + HEADER_BYTES, at + length));
    at += (length + 3) & ~3;
  }
  return false;
}

function requestOf(type: number, body: Uint8Array): Uint8Array {
  const message = new Uint8Array(new ArrayBuffer(HEADER_BYTES + body.length));
  const view = new DataView(message.buffer);
  view.setUint32(0, message.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, NLM_F_REQUEST_DUMP, true);
  view.setUint32(8, 1, true);
  message.set(body, HEADER_BYTES);
  return message;
}

/** Calls back for each attribute (`{ u16 length, type }` and data) of a body from `from` on. */
export function forEachAttribute(
  body: Uint8Array,
  from: number,
  callback: (type: number, data: Uint8Array) => void,
): void {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  for (let at = from; at + 4 <= body.length; ) {
    const length = view.getUint16(at, true);
    if (length < 4 || at + length > body.length) return;
    // The highest bits say "nested" and "network byte order".
    callback(view.getUint16(at + 2, true) & 0x3fff, body.subarray(at + 4, at + length));
    at += (length + 3) & ~3;
  }
}

function loadCalls(): Calls {
  if (calls !== undefined) return calls;
  const koffi = loadKoffi();
  const library = koffi.load(null);
  calls = {
    socket: library.func("socket", "int", ["int", "int", "int"]),
    send: library.func("send", "long", ["int", "uintptr_t", "size_t", "int"]),
    receive: library.func("recv", "long", ["int", "uintptr_t", "size_t", "int"]),
    errno: koffi.errno,
  };
  return calls;
}

function netlinkError(doing: string, errno: number): EbpfMapError {
  const details = { errno, errnoName: errnoName(errno) };
  return new EbpfMapError(
    "KERNEL",
    `${doing}: ${errnoPhrase(errno)} (programs of XDP and tc are told by netlink)`,
    details,
  );
}
