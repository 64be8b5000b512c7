/**
 * Keys, to tell those that come again: each has a number, in the order in which they came. An open-addressing table over
 * one byte array, so a million 16-byte keys take 16 MB for the keys and 8 MB for the table.
 */
export class KeySet {
  /** How many there are. */
  count = 0;
  /** Key n is at `n * keySize`. */
  keys: Uint8Array;
  readonly #keySize: number;
  /** Index of a key plus one, 0 for a free slot. At most half full. */
  #slots = new Uint32Array(1024);

  constructor(keySize: number) {
    this.#keySize = keySize;
    this.keys = new Uint8Array(512 * keySize);
  }

  /** Adds the key at `at`; false where it was there already. */
  add(bytes: Uint8Array, at: number): boolean {
    const before = this.count;
    return this.numberOf(bytes, at) === before;
  }

  /** The number of the key at `at`, which is added if it isn't there: then it is what `count` was. */
  numberOf(bytes: Uint8Array, at: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashBytes(bytes, at, this.#keySize) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const index = this.#slots[slot] as number;
      if (index === 0) break;
      if (this.#equals((index - 1) * this.#keySize, bytes, at)) return index - 1;
    }
    this.keys.set(bytes.subarray(at, at + this.#keySize), this.count * this.#keySize);
    this.count += 1;
    this.#slots[slot] = this.count;
    if (this.count * 2 >= this.#slots.length) this.#grow();
    return this.count - 1;
  }

  #equals(own: number, bytes: Uint8Array, at: number): boolean {
    const { keys } = this;
    const size = this.#keySize;
    for (let i = 0; i < size; i++) if (keys[own + i] !== bytes[at + i]) return false;
    return true;
  }

  #grow(): void {
    const keys = new Uint8Array(this.keys.length * 2);
    keys.set(this.keys);
    this.keys = keys;
    this.#slots = new Uint32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let index = 0; index < this.count; index++) {
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
