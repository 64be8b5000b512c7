/**
 * A binary heap of small integers, such as indexes of rows, with the last of an order at its root. An integer whose
 * rank has changed can be moved.
 */
export class LastFirstHeap {
  readonly #compare: (a: number, b: number) => number;
  readonly #items: number[];
  /** For each integer its position in `#items`. */
  readonly #positions: number[] = [];

  /** `compare` is above 0 where `a` comes after `b`. */
  constructor(compare: (a: number, b: number) => number, items: readonly number[] = []) {
    this.#compare = compare;
    this.#items = [...items];
    items.forEach((item, position) => {
      this.#positions[item] = position;
    });
    for (let position = (items.length >> 1) - 1; position >= 0; position--) this.#sink(position);
  }

  get size(): number {
    return this.#items.length;
  }

  /** All of them, in no order. */
  get items(): readonly number[] {
    return this.#items;
  }

  /** The last in the order, of a heap that isn't empty. */
  get last(): number {
    return this.#items[0] as number;
  }

  add(item: number): void {
    this.#put(item, this.#items.length);
    this.#rise(this.#items.length - 1);
  }

  /** Replaces the last. */
  replaceLast(item: number): void {
    this.#put(item, 0);
    this.#sink(0);
  }

  /** Moves an item whose rank has changed. */
  moved(item: number): void {
    this.#sink(this.#rise(this.#positions[item] as number));
  }

  #rise(from: number): number {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBehind(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
    return at;
  }

  #sink(from: number): void {
    for (let at = from; ; ) {
      let largest = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#items.length && this.#isBehind(child, largest)) largest = child;
      }
      if (largest === at) return;
      this.#swap(at, largest);
      at = largest;
    }
  }

  #isBehind(a: number, b: number): boolean {
    return this.#compare(this.#items[a] as number, this.#items[b] as number) > 0;
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#items[a] as number, this.#items[b] as number];
    this.#put(y, a);
    this.#put(x, b);
  }

  #put(item: number, position: number): void {
    this.#items[position] = item;
    this.#positions[item] = position;
  }
}
