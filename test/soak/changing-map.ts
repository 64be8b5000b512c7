import type { Fd } from "../../src/sys/fd.ts";
import { KEY_SIZE, referenceBtf, VALUE_SIZE } from "../bench/reference-map.ts";
import { BPF_F_NO_PREALLOC, createMap, deleteElement, loadBtf, updateElement } from "../helpers/bpf.ts";
import { Random } from "../helpers/random.ts";

/** Entries that come, and as many that go, in a step; and entries that change. */
const FRESH = 5;
const CHANGED = 20;

/**
 * A map of connections that lives: a step changes some, adds some whose keys were never there and takes away the
 * oldest, so that whoever remembers what is gone grows.
 */
export class ChangingMap implements Disposable {
  readonly map: Fd;
  readonly #random = new Random(7);
  readonly #entries: number;
  #next = 0;

  constructor(entries: number) {
    const { bytes, key, value } = referenceBtf();
    using fd = loadBtf(bytes);
    const sizes = { keySize: KEY_SIZE, valueSize: VALUE_SIZE, maxEntries: entries };
    this.map = createMap({ type: "hash", ...sizes, flags: BPF_F_NO_PREALLOC, name: "soak", btf: { fd, key, value } });
    this.#entries = entries;
    while (this.#next < entries) this.#put(this.#next++);
  }

  step(): void {
    for (let n = 0; n < FRESH; n++) {
      deleteElement(this.map, keyOf(this.#next - this.#entries));
      this.#put(this.#next++);
    }
    for (let n = 0; n < CHANGED; n++) this.#put(this.#next - 1 - this.#random.below(this.#entries));
  }

  [Symbol.dispose](): void {
    this.map[Symbol.dispose]();
  }

  #put(n: number): void {
    updateElement(this.map, keyOf(n), this.#random.bytes(VALUE_SIZE));
  }
}

function keyOf(n: number): Uint8Array {
  const key = new Uint8Array(KEY_SIZE);
  new DataView(key.buffer).setUint32(0, n, true);
  return key;
}
