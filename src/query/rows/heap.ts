/**
 * A heap of small integers, such as indexes of rows: its root is the last of them in an order. An integer whose place in
 * the order has changed can be put right.
 */
export class LastFirstHeap {
  readonly #compare: (a: number, b: number) => number;
  readonly #items: number[];
  /** For each integer its place in `#items`. */
  readonly #places: number[] = [];

  /** `compare` is above 0 where `a` comes behind `b`. */
  constructor(compare: (a: number, b: number) => number, items: readonly number[] = []) {
    this.#compare = compare;
    this.#items = [...items];
    items.forEach((item, place) => {
      this.#places[item] = place;
    });
    for (let place = (items.length >> 1) - 1; place >= 0; place--) this.#sink(place);
  }

  get size(): number {
    return this.#items.length;
  }

  /** All of them, in no order. */
  get items(): readonly number[] {
    return this.#items;
  }

  /** The last in the order. There has to be one. */
  get last(): number {
    return this.#items[0] as number;
  }

  add(item: number): void {
    this.#put(item, this.#items.length);
    this.#rise(this.#items.length - 1);
  }

  /** Puts another one in the place of the last. */
  replaceLast(item: number): void {
    this.#put(item, 0);
    this.#sink(0);
  }

  /** Tells that an item comes before or behind others than before. */
  moved(item: number): void {
    this.#sink(this.#rise(this.#places[item] as number));
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

  #put(item: number, place: number): void {
    this.#items[place] = item;
    this.#places[item] = place;
  }
}
