/**
 * The keys that a read has delivered, to tell those that come again. An open-addressing table over one byte array, so a
 * million 16-byte keys take 16 MB for the keys and 8 MB for the table.
 */
export class KeySet {
  readonly #keySize: number;
  #keys: Uint8Array;
  /** Index of a key plus one, 0 for a free slot. At most half full. */
  #slots = new Uint32Array(1024);
  #count = 0;

  constructor(keySize: number) {
    this.#keySize = keySize;
    this.#keys = new Uint8Array(512 * keySize);
  }

  /** Adds the key at `at`; false where it was there already. */
  add(bytes: Uint8Array, at: number): boolean {
    const mask = this.#slots.length - 1;
    let slot = hashBytes(bytes, at, this.#keySize) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const index = this.#slots[slot] as number;
      if (index === 0) break;
      if (this.#equals((index - 1) * this.#keySize, bytes, at)) return false;
    }
    this.#keys.set(bytes.subarray(at, at + this.#keySize), this.#count * this.#keySize);
    this.#count += 1;
    this.#slots[slot] = this.#count;
    if (this.#count * 2 >= this.#slots.length) this.#grow();
    return true;
  }

  #equals(own: number, bytes: Uint8Array, at: number): boolean {
    for (let i = 0; i < this.#keySize; i++) if (this.#keys[own + i] !== bytes[at + i]) return false;
    return true;
  }

  #grow(): void {
    const keys = new Uint8Array(this.#keys.length * 2);
    keys.set(this.#keys);
    this.#keys = keys;
    this.#slots = new Uint32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let index = 0; index < this.#count; index++) {
      let slot = hashBytes(keys, index * this.#keySize, this.#keySize) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = index + 1;
    }
  }
}

/** FNV-1a with a final mix. The keys of a map are chosen by others, but the worst that they can do is slow. */
export function hashBytes(bytes: Uint8Array, at: number, size: number): number {
  let hash = 0x811c9dc5;
  for (let i = at; i < at + size; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
