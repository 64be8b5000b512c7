import { ENOENT } from "../../sys/errno.ts";
import type { MapSource } from "../map-source.ts";

/** The bytes of the prefix length in front of a trie's key. */
const LENGTH_BYTES = 4;

/** The attempts to find the same first key before and after. */
const ATTEMPTS = 16;

/**
 * Returns the key of the network by which an lpm_trie answers a lookup: the longest stored prefix of `key`, with zeros
 * behind it. Undefined if there is none. The kernel doesn't tell; but next-key finds a prefix only if it is stored, and
 * for any other it gives the first key of all, which follows none. Takes a call for each bit at most, and again where
 * the first key changes meanwhile.
 */
export async function matchingPrefix(map: MapSource, key: Uint8Array): Promise<Uint8Array | undefined> {
  const first = new Uint8Array(new ArrayBuffer(key.length));
  const firstAfter = new Uint8Array(new ArrayBuffer(key.length));
  let found: Uint8Array | undefined;
  for (let i = 0; i < ATTEMPTS; i++) {
    if ((await map.nextKey(null, first)) !== 0) return undefined;
    found = await longestStored(map, key, first);
    if ((await map.nextKey(null, firstAfter)) === 0 && Buffer.compare(first, firstAfter) === 0) return found;
  }
  return found;
}

/** Returns the longest prefix of `key` that is stored in a trie with this first key. */
async function longestStored(map: MapSource, key: Uint8Array, first: Uint8Array): Promise<Uint8Array | undefined> {
  const next = new Uint8Array(new ArrayBuffer(key.length));
  const bits = (key.length - LENGTH_BYTES) * 8;
  const asked = new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(0, true);
  for (let length = Math.min(asked, bits); length >= 0; length--) {
    const network = networkOf(key, length);
    const errno = await map.nextKey(network, next);
    if (errno === ENOENT || (errno === 0 && Buffer.compare(next, first) !== 0)) return network;
  }
  return undefined;
}

/** Returns a key with a prefix of so many bits, and zeros behind it. */
function networkOf(key: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const network = new Uint8Array(new ArrayBuffer(key.length));
  network.set(key);
  new DataView(network.buffer).setUint32(0, length, true);
  const whole = LENGTH_BYTES + (length >> 3);
  if (whole < network.length) {
    network[whole] = (network[whole] ?? 0) & (0xff00 >> (length & 7));
    network.fill(0, whole + 1);
  }
  return network;
}
