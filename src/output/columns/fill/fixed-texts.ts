import { type Column, type ColumnData, NO_NOTES } from "../column.ts";
import { type Collected, GrowingBytes } from "./filler.ts";

/** Texts out of a list that is known beforehand. */
export class FixedTexts<Word extends string> implements Collected {
  readonly column: Column;
  readonly #words: readonly Word[];
  readonly #indexes: Indexes = new Indexes();

  constructor(name: string, words: readonly Word[]) {
    this.column = { name, type: { kind: "names" }, nullable: false, notes: NO_NOTES };
    this.#words = words;
  }

  add(word: Word): void {
    this.#indexes.add(this.#words.indexOf(word));
  }

  data(): ColumnData {
    return this.#indexes.data(this.#words);
  }

  clear(buffers: "again" | "anew"): void {
    this.#indexes.clear(buffers);
  }
}

/** Lists of texts, of which there are only so many different ones as a type has fields. */
export class TextLists implements Collected {
  readonly column: Column;
  readonly #indexOf: Map<string, number> = new Map();
  readonly #words: string[] = [];
  readonly #indexes: Indexes = new Indexes();
  readonly #offsets: GrowingBytes = new GrowingBytes();
  #count = 0;

  constructor(name: string) {
    const element: Column = { name: "element", type: { kind: "names" }, nullable: false, notes: NO_NOTES };
    this.column = { name, type: { kind: "list", element }, nullable: false, notes: NO_NOTES };
  }

  add(words: readonly string[]): void {
    for (const word of words) this.#indexes.add(this.#index(word));
    this.#count += 1;
    this.#offsets.ensure((this.#count + 1) * 4);
    this.#offsets.i32[this.#count] = this.#indexes.count;
  }

  data(): ColumnData {
    this.#offsets.ensure((this.#count + 1) * 4);
    const offsets = this.#offsets.i32.subarray(0, this.#count + 1);
    return { kind: "list", offsets, child: this.#indexes.data(this.#words), length: this.#count };
  }

  clear(buffers: "again" | "anew"): void {
    this.#count = 0;
    this.#indexes.clear(buffers);
    if (buffers === "anew") this.#offsets.renew();
  }

  #index(word: string): number {
    const known = this.#indexOf.get(word);
    if (known !== undefined) return known;
    const index = this.#words.push(word) - 1;
    this.#indexOf.set(word, index);
    return index;
  }
}

/** Indexes of texts. */
class Indexes {
  readonly #out: GrowingBytes = new GrowingBytes();
  count = 0;

  add(index: number): void {
    this.#out.ensure((this.count + 1) * 4);
    this.#out.i32[this.count++] = index;
  }

  data(names: readonly string[]): ColumnData {
    return { kind: "names", indexes: this.#out.i32.subarray(0, this.count), names, length: this.count };
  }

  clear(buffers: "again" | "anew"): void {
    this.count = 0;
    if (buffers === "anew") this.#out.renew();
  }
}

/** Whole numbers of 64 bits. */
export class Numbers implements Collected {
  readonly column: Column;
  readonly #out: GrowingBytes = new GrowingBytes();
  #count = 0;

  constructor(name: string) {
    this.column = { name, type: { kind: "int", bits: 64, signed: true }, nullable: false, notes: NO_NOTES };
  }

  add(number: number): void {
    this.#out.ensure((this.#count + 1) * 8);
    this.#out.i64[this.#count++] = BigInt(number);
  }

  data(): ColumnData {
    return { kind: "fixed", bytes: this.#out.bytes.subarray(0, this.#count * 8), length: this.#count };
  }

  clear(buffers: "again" | "anew"): void {
    this.#count = 0;
    if (buffers === "anew") this.#out.renew();
  }
}
