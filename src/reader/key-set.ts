/** Whether the key at `atA` comes before the one at `atB` in an order of all keys, in which none comes before itself. */
export type KeyOrder = (a: Uint8Array, atA: number, b: Uint8Array, atB: number, keySize: number) => boolean;

/**
 * Keys, to tell those that come again: each has a number, in the sequence in which they came. An open-addressing table over
 * one byte array, so a million 16-byte keys take 16 MB for the keys and 8 MB for the table. Keys that come in an order
 * can't come again: as long as they do, they are only kept, and the table is made for the first that doesn't, which is
 * several times faster.
 */
export class KeySet {
  /** How many there are. */
  count = 0;
  /** Key n is at `n * keySize`. */
  keys: Uint8Array;
  readonly #keySize: number;
  /** Undefined from the first key that came out of order. */
  #order: KeyOrder | undefined;
  /** Number of a key plus one, 0 for a free slot. At most half full. */
  #slots = new Uint32Array(1024);

  constructor(keySize: number, order?: KeyOrder) {
    this.#keySize = keySize;
    this.#order = order;
    this.keys = new Uint8Array(512 * keySize);
  }

  /** Adds the key at `at`; false where it was there already. */
  add(bytes: Uint8Array, at: number): boolean {
    const before = this.count;
    return this.numberOf(bytes, at) === before;
  }

  /** The number of the key at `at`, which is added if it isn't there: then it is what `count` was. */
  numberOf(bytes: Uint8Array, at: number): number {
    if (this.#order !== undefined) {
      if (this.#comesLast(this.#order, bytes, at)) {
        this.#append(bytes, at);
        if (this.count * this.#keySize >= this.keys.length) this.#makeRoom();
        return this.count - 1;
      }
      this.#order = undefined;
      this.#fillTable();
    }
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashBytes(bytes, at, this.#keySize) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const index = slots[slot] as number;
      if (index === 0) break;
      if (this.#equals((index - 1) * this.#keySize, bytes, at)) return index - 1;
    }
    this.#append(bytes, at);
    slots[slot] = this.count;
    if (this.count * 2 >= slots.length) this.#grow();
    return this.count - 1;
  }

  #comesLast(order: KeyOrder, bytes: Uint8Array, at: number): boolean {
    return this.count === 0 || order(this.keys, (this.count - 1) * this.#keySize, bytes, at, this.#keySize);
  }

  #append(bytes: Uint8Array, at: number): void {
    const keys = this.keys;
    const end = this.count * this.#keySize;
    for (let i = 0; i < this.#keySize; i++) keys[end + i] = bytes[at + i] as number;
    this.count += 1;
  }

  #equals(own: number, bytes: Uint8Array, at: number): boolean {
    for (let i = 0; i < this.#keySize; i++) if (this.keys[own + i] !== bytes[at + i]) return false;
    return true;
  }

  #grow(): void {
    this.#makeRoom();
    this.#fillTable();
  }

  #makeRoom(): void {
    const keys = new Uint8Array(this.keys.length * 2);
    keys.set(this.keys);
    this.keys = keys;
  }

  /** Makes a table that has two slots for each key that there is room for. */
  #fillTable(): void {
    const keys = this.keys;
    this.#slots = new Uint32Array((2 * keys.length) / this.#keySize);
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
