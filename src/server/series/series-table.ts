import { addExactly } from "./exact-sum.ts";

type Numeric = number | bigint;

/**
 * The label sets of a metric in one scrape, with a number each, or the slots of a histogram. Numbers stand in a column
 * for each slot: there may be as many label sets as entries, and none of them costs an object.
 */
export class SeriesTable {
  /** The row of each label set, by the text of its labels; rows are counted as they come. */
  readonly rows: Map<string, number> = new Map();
  /** The sums of the label sets beyond the limit, by slot. */
  beyond: Numeric[] | undefined;
  /** The number of additions to `beyond`. */
  beyondCount = 0;
  readonly #columns: Numeric[][] = [];
  readonly #most: number;

  /** `most`: the most label sets that are kept apart while a map is read. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The number of slots; 1 of a plain number. */
  get slots(): number {
    return this.#columns.length;
  }

  /** The number in a slot of a row. */
  at(row: number, slot: number): Numeric {
    return this.#columns[slot]?.[row] ?? 0;
  }

  /** Adds a number to the slot of a label set. */
  add(labels: string, slot: number, value: Numeric): void {
    const row = this.rows.get(labels) ?? this.#newRow(labels);
    if (row === undefined) {
      this.#addBeyond(slot, value);
      return;
    }
    const column = this.#column(slot);
    const before = column[row];
    if (before === undefined) {
      while (column.length < row) column.push(0);
      column.push(value);
    } else column[row] = addExactly(before, value);
  }

  /** Adds all of another table. */
  addAll(other: SeriesTable): void {
    for (const [labels, row] of other.rows) {
      for (let slot = 0; slot < other.slots; slot++) this.add(labels, slot, other.at(row, slot));
    }
    if (other.beyond === undefined) return;
    const counted = this.beyondCount + other.beyondCount;
    for (const [slot, value] of other.beyond.entries()) this.#addBeyond(slot, value ?? 0);
    this.beyondCount = counted;
  }

  #newRow(labels: string): number | undefined {
    const row = this.rows.size;
    if (row >= this.#most) return undefined;
    this.rows.set(labels, row);
    return row;
  }

  #column(slot: number): Numeric[] {
    while (this.#columns.length <= slot) this.#columns.push([]);
    return this.#columns[slot] ?? [];
  }

  #addBeyond(slot: number, value: Numeric): void {
    this.beyond ??= [];
    this.beyond[slot] = addExactly(this.beyond[slot] ?? 0, value);
    this.beyondCount += 1;
  }
}

/** The largest label sets, and what the others add up to. */
export interface Bounded {
  /** Tells which rows stay; undefined if all do. */
  readonly stays: Uint8Array | undefined;
  /** By slot. */
  readonly other: readonly Numeric[] | undefined;
  /** The number of label sets that are in `other`. */
  readonly others: number;
}

/** Keeps the largest label sets, of which there are at most `most`, and adds up the others. */
export function bounded(table: SeriesTable, most: number): Bounded {
  const { size } = table.rows;
  if (size <= most) return { stays: undefined, other: table.beyond, others: table.beyondCount };
  const stays = largest(sizesOf(table), most);
  const other = [...(table.beyond ?? [])];
  for (let slot = 0; slot < table.slots; slot++) {
    let sum = other[slot] ?? 0;
    for (let row = 0; row < size; row++) if (stays[row] === 0) sum = addExactly(sum, table.at(row, slot));
    other[slot] = sum;
  }
  return { stays, other, others: size - most + table.beyondCount };
}

function sizesOf(table: SeriesTable): Float64Array {
  const sizes = new Float64Array(table.rows.size);
  for (let slot = 0; slot < table.slots; slot++) {
    for (let row = 0; row < sizes.length; row++) sizes[row] = (sizes[row] ?? 0) + Number(table.at(row, slot));
  }
  // What is no number is less than any.
  return sizes.map((size) => (Number.isNaN(size) ? Number.NEGATIVE_INFINITY : size));
}

/** Marks the `most` largest of more numbers; of those that are as large as the least of them, the first. */
function largest(sizes: Float64Array, most: number): Uint8Array {
  const least = sizes.slice().sort()[sizes.length - most] ?? 0;
  let room = most;
  for (const size of sizes) if (size > least) room--;
  return Uint8Array.from(sizes, (size) => Number(size > least || (size === least && room-- > 0)));
}
