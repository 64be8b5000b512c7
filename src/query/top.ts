import type { EntryShape } from "../reader/entries.ts";
import type { CompareRows } from "./order.ts";
import { type RowRun, RowStore } from "./rows.ts";

/** Rows in an order: all of them, or the first so many in memory for just these. */
export class OrderedRows {
  readonly #compare: CompareRows;
  readonly #shape: EntryShape;
  readonly #most: number | undefined;
  readonly #store: RowStore;
  /** With `most`: slots as a heap whose root is the last of the kept rows. One slot more is the candidate's. */
  readonly #heap: number[] = [];
  readonly #spare: number[] = [];

  /** `valueSize`: bytes of one row's value. `most`: rows to keep. */
  constructor(compare: CompareRows, shape: EntryShape, valueSize: number, most: number | undefined) {
    this.#compare = compare;
    this.#shape = shape;
    this.#most = most;
    this.#store = new RowStore(shape.keySize, valueSize, Math.min((most ?? 1023) + 1, 1024));
  }

  add(run: RowRun): void {
    for (let row = 0; row < run.count; row++) {
      if (this.#most === undefined) this.#store.add(run, row, this.#shape);
      else this.#offer(run, row, this.#most);
    }
  }

  /** The rows in their order. */
  runs(withCpus: boolean): Generator<RowRun> {
    const store = this.#store;
    const slots = this.#most === undefined ? Uint32Array.from({ length: store.count }, (_, i) => i) : this.#heap;
    const order = Uint32Array.from(slots).sort((a, b) => this.#compare(store, a, b));
    return store.runs(order, withCpus);
  }

  #offer(run: RowRun, row: number, most: number): void {
    const store = this.#store;
    const heap = this.#heap;
    if (most === 0) return;
    const free = this.#spare.pop();
    if (free === undefined) store.add(run, row, this.#shape);
    else store.set(free, run, row, this.#shape);
    const slot = free ?? store.count - 1;
    if (heap.length < most) {
      heap.push(slot);
      this.#rise(heap.length - 1);
      return;
    }
    const last = heap[0] as number;
    if (this.#compare(store, slot, last) > 0) {
      this.#spare.push(slot);
      return;
    }
    this.#spare.push(last);
    heap[0] = slot;
    this.#sink();
  }

  #rise(from: number): void {
    const heap = this.#heap;
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (this.#compare(this.#store, heap[at] as number, heap[parent] as number) < 0) return;
      [heap[at], heap[parent]] = [heap[parent] as number, heap[at] as number];
      at = parent;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    for (let at = 0; ; ) {
      let largest = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child >= heap.length) continue;
        if (this.#compare(this.#store, heap[child] as number, heap[largest] as number) > 0) largest = child;
      }
      if (largest === at) return;
      [heap[at], heap[largest]] = [heap[largest] as number, heap[at] as number];
      at = largest;
    }
  }
}
