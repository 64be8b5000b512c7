/**
 * Tells whether a key of an LPM trie comes before another one in the order of the kernel's walk: by their first bits,
 * and longer prefixes before the shorter ones that contain them. A key is a `struct bpf_lpm_trie_key`: a little-endian
 * u32 with the number of bits that count, and data that begins with these bits. No key comes before itself.
 */
export function comesBefore(a: Uint8Array, atA: number, b: Uint8Array, atB: number, keySize: number): boolean {
  const lengthA = prefixLength(a, atA);
  const lengthB = prefixLength(b, atB);
  const bits = Math.min(lengthA, lengthB, (keySize - 4) * 8);
  for (let i = 0; i < bits; i += 8) {
    const byteA = a[atA + 4 + i / 8] as number;
    const byteB = b[atB + 4 + i / 8] as number;
    if (byteA === byteB) continue;
    const first = Math.clz32(byteA ^ byteB) - 24;
    if (i + first < bits) return byteA < byteB;
  }
  return lengthA > lengthB;
}

function prefixLength(key: Uint8Array, at: number): number {
  const low = (key[at] as number) | ((key[at + 1] as number) << 8);
  return (low | ((key[at + 2] as number) << 16) | ((key[at + 3] as number) << 24)) >>> 0;
}
