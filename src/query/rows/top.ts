import type { EntryShape } from "../../reader/entries.ts";
import { LastFirstHeap } from "./heap.ts";
import type { CompareRows } from "./order.ts";
import { type RowRun, RowStore } from "./rows.ts";

/** Rows in an order: all of them, or the first `most` in memory for only these. */
export class OrderedRows {
  readonly #compare: CompareRows;
  readonly #shape: EntryShape;
  readonly #most: number | undefined;
  readonly #store: RowStore;
  /** With `most`: the slots of the kept rows. One more slot holds the candidate. */
  readonly #heap: LastFirstHeap;
  readonly #spare: number[] = [];

  /** `valueSize`: bytes of one row's value. `most`: the number of rows to keep, all if undefined. */
  constructor(compare: CompareRows, shape: EntryShape, valueSize: number, most: number | undefined) {
    this.#compare = compare;
    this.#shape = shape;
    this.#most = most;
    this.#store = new RowStore(shape.keySize, valueSize, Math.min((most ?? 1023) + 1, 1024));
    this.#heap = new LastFirstHeap((a, b) => compare(this.#store, a, b));
  }

  add(run: RowRun): void {
    for (let row = 0; row < run.count; row++) {
      if (this.#most === undefined) this.#store.add(run, row, this.#shape);
      else this.#offer(run, row, this.#most);
    }
  }

  /** The rows in order. */
  runs(withCpus: boolean): Generator<RowRun> {
    const store = this.#store;
    const slots = this.#most === undefined ? Uint32Array.from({ length: store.count }, (_, i) => i) : this.#heap.items;
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
    if (heap.size < most) {
      heap.add(slot);
      return;
    }
    const { last } = heap;
    const isKept = this.#compare(store, slot, last) < 0;
    this.#spare.push(isKept ? last : slot);
    if (isKept) heap.replaceLast(slot);
  }
}
