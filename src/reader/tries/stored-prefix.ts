import type { MapSource } from "../map-source.ts";

/** The bytes of the prefix length in front of a trie's key. */
const LENGTH_BYTES = 4;

/**
 * Returns the key with the longest prefix of `key` among the entries of an lpm_trie in a file, as it is stored.
 * Undefined if there is none, and where entries are missing: one of those may have a longer prefix. Reads the whole
 * file; `turn` is called for each batch, and what it throws ends that.
 */
export async function storedPrefix(
  map: MapSource,
  key: Uint8Array,
  turn?: () => void,
): Promise<Uint8Array | undefined> {
  const { keySize } = map.shape;
  if (key.length !== keySize || keySize <= LENGTH_BYTES) return undefined;
  using entries = map.entries();
  let longest: Uint8Array | undefined;
  for (let batch = await entries.next(); batch !== undefined; batch = await entries.next()) {
    turn?.();
    for (let i = 0; i < batch.count; i++) {
      const stored = batch.keys.subarray(i * keySize, (i + 1) * keySize);
      const isLonger = longest === undefined || lengthOf(stored) > lengthOf(longest);
      if (isLonger && covers(stored, key)) longest = stored.slice();
    }
  }
  return entries.report.complete ? longest : undefined;
}

function lengthOf(key: Uint8Array): number {
  return new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(0, true);
}

/** Tells whether the network of a stored key has all of the asked one in it. */
function covers(stored: Uint8Array, asked: Uint8Array): boolean {
  const length = lengthOf(stored);
  if (length > Math.min(lengthOf(asked), (asked.length - LENGTH_BYTES) * 8)) return false;
  const whole = LENGTH_BYTES + (length >> 3);
  for (let i = LENGTH_BYTES; i < whole; i++) if (stored[i] !== asked[i]) return false;
  const mask = 0xff00 >> (length & 7);
  return (((stored[whole] ?? 0) ^ (asked[whole] ?? 0)) & mask & 0xff) === 0;
}
