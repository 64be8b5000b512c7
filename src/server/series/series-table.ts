import { addExactly } from "./exact-sum.ts";

/** The label sets of a metric in one scrape, with a number each, or the slots of a histogram. */
export class SeriesTable {
  /** By the text of the labels. A plain series has one number. */
  readonly series: Map<string, (number | bigint)[]> = new Map();
  /** The sums of the label sets beyond the limit. */
  beyond: (number | bigint)[] | undefined;
  /** The number of additions to `beyond`. */
  beyondCount = 0;
  readonly #most: number;

  /** `most`: the most label sets that are kept apart while a map is read. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Adds a number to the slot of a label set. */
  add(labels: string, slot: number, value: number | bigint): void {
    const numbers = this.series.get(labels) ?? this.#new(labels);
    const before = numbers[slot];
    if (before === undefined) while (numbers.length <= slot) numbers.push(0);
    numbers[slot] = before === undefined ? value : addExactly(before, value);
  }

  /** Adds all of another table. */
  addAll(other: SeriesTable): void {
    for (const [labels, numbers] of other.series) {
      for (const [slot, value] of numbers.entries()) this.add(labels, slot, value);
    }
    if (other.beyond === undefined) return;
    this.beyond = sums(this.beyond ?? [], other.beyond);
    this.beyondCount += other.beyondCount;
  }

  #new(labels: string): (number | bigint)[] {
    if (this.series.size < this.#most) {
      const numbers: (number | bigint)[] = [];
      this.series.set(labels, numbers);
      return numbers;
    }
    this.beyond ??= [];
    this.beyondCount += 1;
    return this.beyond;
  }
}

/** The largest label sets, and what the others add up to. */
export interface Bounded {
  readonly series: readonly (readonly [labels: string, numbers: readonly (number | bigint)[]])[];
  readonly other: readonly (number | bigint)[] | undefined;
  /** The number of label sets that are in `other`. */
  readonly others: number;
}

/** Keeps the largest label sets, of which there are at most `most`, and adds up the others. */
export function bounded(table: SeriesTable, most: number): Bounded {
  const all = [...table.series];
  if (all.length <= most && table.beyond === undefined) return { series: all, other: undefined, others: 0 };
  const sized = all.map((one) => ({ one, size: sizeOf(one[1]) })).sort((a, b) => b.size - a.size);
  const kept = new Set(sized.slice(0, most).map(({ one }) => one));
  const rest = sized.slice(most).map(({ one }) => one[1]);
  const other = rest.reduce<(number | bigint)[]>(sums, [...(table.beyond ?? [])]);
  // In the order of the map, which is the same from scrape to scrape.
  return { series: all.filter((one) => kept.has(one)), other, others: rest.length + table.beyondCount };
}

function sizeOf(numbers: readonly (number | bigint)[]): number {
  return numbers.reduce<number>((sum, value) => sum + Number(value), 0);
}

function sums(into: (number | bigint)[], numbers: readonly (number | bigint)[]): (number | bigint)[] {
  numbers.forEach((value, slot) => {
    into[slot] = addExactly(into[slot] ?? 0, value);
  });
  return into;
}
