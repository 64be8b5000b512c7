/** Node takes a millisecond to load its networking, which few runs need. */
const net = (): typeof import("node:net") => process.getBuiltinModule("node:net");

/** Returns the 4 or 16 bytes of an IP address in network order; undefined for a text that is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  const { isIPv4, isIPv6 } = net();
  if (isIPv4(text)) return Uint8Array.from(text.split("."), Number);
  if (!isIPv6(text) || text.includes("%")) return undefined;
  const dotted = text.lastIndexOf(".") < 0 ? undefined : addressBytes(text.slice(text.lastIndexOf(":") + 1));
  const hex = dotted === undefined ? text : text.slice(0, text.lastIndexOf(":") + 1) + hexGroups(dotted);
  const [head = "", tail] = hex.split("::");
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = new Array<number>(8 - before.length - after.length).fill(0);
  return Uint8Array.from([...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 255]));
}

/** A network: its address, with zeros behind the prefix, and the length of the prefix in bits. */
export interface Network {
  readonly bytes: Uint8Array;
  readonly prefix: number;
}

/** Parses `10.0.0.0/8` or `2001:db8::/32`. Returns a sentence about the mistake for any other text. */
export function networkOf(text: string): Network | string {
  const [address = "", length, ...rest] = text.split("/");
  const bytes = addressBytes(address);
  if (bytes === undefined || length === undefined || rest.length > 0) return "not a network (such as 10.0.0.0/8)";
  const prefix = Number(length);
  if (!/^\d+$/.test(length) || prefix > bytes.length * 8) return `the prefix is a number from 0 to ${bytes.length * 8}`;
  if (!inPrefix(bytes, 0, bytes.length, masked(bytes, prefix), bytes.length * 8)) {
    return `${address} has bits behind its prefix: the network is ${addressText(masked(bytes, prefix))}/${prefix}`;
  }
  return { bytes, prefix };
}

/** Tells whether the first `prefix` bits of the address at offset `at` are those of the network. */
export function inPrefix(bytes: Uint8Array, at: number, size: number, network: Uint8Array, prefix: number): boolean {
  for (let i = 0, left = prefix; i < size && left > 0; i++, left -= 8) {
    const differ = (bytes[at + i] as number) ^ (network[i] as number);
    if ((left >= 8 ? differ : differ >> (8 - left)) !== 0) return false;
  }
  return true;
}

/** Returns an address of 4 or 16 bytes in network order as text; IPv6 as RFC 5952 recommends. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  const words = Array.from({ length: 8 }, (_, i) => view.getUint16(2 * i));
  if (words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff) {
    return `::ffff:${bytes.subarray(12).join(".")}`;
  }
  const { start, length } = longestZeros(words);
  const hex = words.map((word) => word.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

function masked(bytes: Uint8Array, prefix: number): Uint8Array {
  return bytes.map((byte, i) => byte & (0xff00 >> Math.max(0, Math.min(8, prefix - 8 * i))) & 0xff);
}

function longestZeros(words: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let run = 0;
  for (const [i, word] of words.entries()) {
    run = word === 0 ? run + 1 : 0;
    if (run > best.length) best = { start: i - run + 1, length: run };
  }
  return best;
}

function groups(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

function hexGroups(bytes: Uint8Array): string {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
