/** A `struct bpf_lpm_trie_key`: so many bits of the data count. */
export function trieKey(bits: number, data: readonly number[]): Uint8Array {
  const key = new Uint8Array(4 + data.length);
  new DataView(key.buffer).setUint32(0, bits, true);
  key.set(data, 4);
  return key;
}
