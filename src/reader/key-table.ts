/** An order of keys: tells whether the key at `atA` comes before the one at `atB`. No key comes before itself. */
export type KeyOrder = (a: Uint8Array, atA: number, b: Uint8Array, atB: number, keySize: number) => boolean;

const FIRST_CAPACITY = 512;

/** Options of a table. */
export interface KeyTableOptions {
  /** The number of keys that there is room for at first. */
  readonly capacity?: number;
  /** The most keys; one more can be staged behind the last. */
  readonly maxKeys?: number;
  /** The order in which keys usually arrive. */
  readonly order?: KeyOrder;
}

/**
 * An open-addressing hash table over one array of bytes, in which key n is at `n * keySize`. Keys are numbered in the
 * sequence in which they arrive. A million 16-byte keys take 16 MB for the keys and 8 MB for the table.
 *
 * Keys that arrive in a known order can't repeat: as long as they do, they are only appended, which is several times
 * faster, and found by bisection. The table is built for the first key out of order.
 */
export class KeyTable {
  readonly keySize: number;
  /** The number of keys. */
  count = 0;
  /** The number of keys that `keys` has room for. */
  capacity: number;
  /** The keys; replaced by another array when the table grows. */
  keys: Uint8Array;
  readonly #maxKeys: number;
  /** The order so far; undefined from the first key out of order. */
  #order: KeyOrder | undefined;
  /** The number of a key plus one, 0 for a free slot. At most half full; its length is a power of two. */
  #slots = new Uint32Array(2 * FIRST_CAPACITY);

  constructor(
    keySize: number,
    { capacity = FIRST_CAPACITY, maxKeys = Number.POSITIVE_INFINITY, order }: KeyTableOptions = {},
  ) {
    this.keySize = keySize;
    this.#maxKeys = maxKeys;
    this.#order = order;
    this.capacity = capacity;
    this.keys = new Uint8Array(capacity * keySize);
  }

  /** Adds the key at `at`. Returns false if it was there already. */
  add(bytes: Uint8Array, at: number): boolean {
    const before = this.count;
    return this.numberOf(bytes, at) === before;
  }

  /** Returns the number of the key at `at`; -1 if it isn't there. */
  find(bytes: Uint8Array, at: number): number {
    if (this.#order !== undefined) return this.#findInOrder(this.#order, bytes, at);
    return (this.#slots[this.#slotOf(bytes, at)] as number) - 1;
  }

  /** Returns the number of the key at `at`. A new key is added: its number is the former `count`. */
  numberOf(bytes: Uint8Array, at: number): number {
    if (this.#order !== undefined) {
      if (this.#comesLast(this.#order, bytes, at)) return this.#append(bytes, at);
      this.#forgetOrder();
    }
    const slot = this.#slotOf(bytes, at);
    const index = this.#slots[slot] as number;
    if (index !== 0) return index - 1;
    this.#slots[slot] = this.count + 1;
    const number = this.#append(bytes, at);
    if (this.count * 2 >= this.#slots.length) this.#rebuild(this.#slots.length * 2);
    return number;
  }

  /** Writes a new key behind the last one, without adding it; it is lost when a key is added. */
  stage(bytes: Uint8Array, at: number): void {
    this.reserve();
    this.#write(this.count, bytes, at);
  }

  /** Replaces a key by the staged one. */
  replaceWithStaged(number: number): void {
    const { keySize, count } = this;
    this.#release(this.#slotOf(this.keys, number * keySize));
    this.keys.copyWithin(number * keySize, count * keySize, (count + 1) * keySize);
    this.#slots[this.#slotOf(this.keys, number * keySize)] = number + 1;
  }

  /** Keeps the first `count` keys only; the caller has moved those to keep to the front of `keys`. */
  keepFirst(count: number): void {
    this.count = count;
    this.#rebuild(this.#slots.length);
  }

  /** Makes room for one more key than there are. */
  reserve(): void {
    if (this.count < this.capacity) return;
    this.capacity = Math.min(this.#maxKeys + 1, this.capacity * 2);
    const keys = new Uint8Array(this.capacity * this.keySize);
    keys.set(this.keys);
    this.keys = keys;
  }

  #comesLast(order: KeyOrder, bytes: Uint8Array, at: number): boolean {
    return this.count === 0 || order(this.keys, (this.count - 1) * this.keySize, bytes, at, this.keySize);
  }

  #findInOrder(order: KeyOrder, bytes: Uint8Array, at: number): number {
    const { keys, keySize, count } = this;
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (order(keys, middle * keySize, bytes, at, keySize)) low = middle + 1;
      else high = middle;
    }
    return low < count && this.#equals(low * keySize, bytes, at) ? low : -1;
  }

  #forgetOrder(): void {
    this.#order = undefined;
    let slots = this.#slots.length;
    while (slots <= 2 * this.count) slots *= 2;
    this.#rebuild(slots);
  }

  #append(bytes: Uint8Array, at: number): number {
    this.reserve();
    this.#write(this.count, bytes, at);
    return this.count++;
  }

  #write(number: number, bytes: Uint8Array, at: number): void {
    const { keys, keySize } = this;
    const to = number * keySize;
    for (let i = 0; i < keySize; i++) keys[to + i] = bytes[at + i] as number;
  }

  /** The slot of a key, or the free slot for it. */
  #slotOf(bytes: Uint8Array, at: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hashBytes(bytes, at, this.keySize) & mask; ; slot = (slot + 1) & mask) {
      const index = slots[slot] as number;
      if (index === 0 || this.#equals((index - 1) * this.keySize, bytes, at)) return slot;
    }
  }

  #equals(own: number, bytes: Uint8Array, at: number): boolean {
    const { keys, keySize } = this;
    for (let i = 0; i < keySize; i++) if (keys[own + i] !== bytes[at + i]) return false;
    return true;
  }

  /** Frees a slot, and moves the following ones up so that they are still found. */
  #release(freed: number): void {
    const mask = this.#slots.length - 1;
    let free = freed;
    for (let slot = (freed + 1) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const index = this.#slots[slot] as number;
      const home = hashBytes(this.keys, (index - 1) * this.keySize, this.keySize) & mask;
      if (((slot - home) & mask) < ((slot - free) & mask)) continue;
      this.#slots[free] = index;
      free = slot;
    }
    this.#slots[free] = 0;
  }

  #rebuild(length: number): void {
    const { keys, keySize } = this;
    const slots = new Uint32Array(length);
    const mask = length - 1;
    for (let number = 0; number < this.count; number++) {
      let slot = hashBytes(keys, number * keySize, keySize) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
  }
}

/** A seed that differs between processes, so that nobody can choose keys with the same hash. */
const SEED = Math.floor(Math.random() * 2 ** 32) | 0;

/** The hash: FNV-1a with a seed and a final mix. */
function hashBytes(bytes: Uint8Array, at: number, size: number): number {
  let hash = SEED;
  for (let i = at; i < at + size; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
