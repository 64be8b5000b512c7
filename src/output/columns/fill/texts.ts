import { isUtf8 } from "node:buffer";
import { bytesFromText } from "../../../bytes.ts";
import type { Accessor } from "../../../codec/access/accessor.ts";
import type { ShownText } from "../../../codec/text/shown-text.ts";
import type { Column, ColumnData, Missing } from "../column.ts";
import { type Filler, GrowingBytes, type RawBytes } from "./filler.ts";
import { ValidBits } from "./nulls.ts";
import { sizeThere } from "./open-ends.ts";
import { TextBuffer } from "./text-buffer.ts";

/**
 * Arrays of `char` up to their first NUL. Bytes that are not UTF-8 are replaced and counted, or kept where the column
 * is binary.
 */
export class Texts implements Filler {
  readonly column: Column;
  readonly #size: number;
  readonly #offset: number;
  readonly #shown: ShownText;
  readonly #isOpen: boolean;
  readonly #out: TextBuffer = new TextBuffer();

  /** `isOpen`: the text goes on to the end of its value. */
  constructor(column: Column, size: number, offset: number, shown: ShownText, isOpen = false) {
    this.column = column;
    this.#size = size;
    this.#offset = offset;
    this.#shown = shown;
    this.#isOpen = isOpen;
  }

  add({ bytes, lengths }: RawBytes, at: Int32Array, count: number): void {
    const out = this.#out;
    const isLossless = this.#shown.mode === "escape";
    out.ensure(count, 0);
    for (let i = 0; i < count; i++) {
      const size = this.#isOpen ? sizeThere(this.#size, this.#offset, lengths?.[i]) : this.#size;
      const start = (at[i] as number) + this.#offset;
      const from = out.end;
      // Three bytes stand for one that is no UTF-8.
      out.bytes.ensure(from + size * 3);
      const to = out.bytes.bytes;
      let end = from;
      let high = 0;
      for (let j = start; j < start + size; j++) {
        const byte = bytes[j] as number;
        if (byte === 0) break;
        high |= byte;
        to[end++] = byte;
      }
      if (high >= 0x80 && !isLossless) end = this.#replaced(to, from, end);
      out.close(end);
    }
  }

  /** Replaces what is no UTF-8 in the text between two offsets, and returns where it ends then. */
  #replaced(to: Uint8Array, from: number, end: number): number {
    const text = to.subarray(from, end);
    if (isUtf8(text)) return end;
    const shown = Buffer.from(this.#shown.ofBytes(text), "utf8");
    to.set(shown, from);
    return from + shown.length;
  }

  data(): ColumnData {
    return this.#out.data();
  }

  clear(buffers: "again" | "anew"): void {
    this.#out.clear(buffers);
  }
}

/** Texts that a renderer makes. */
export class RenderedTexts implements Filler {
  readonly column: Column;
  readonly #text: Accessor<string>;
  readonly #shown: ShownText;
  readonly #out: TextBuffer = new TextBuffer();

  constructor(column: Column, text: Accessor<string>, shown: ShownText) {
    this.column = column;
    this.#text = text;
    this.#shown = shown;
  }

  add({ bytes, view }: RawBytes, at: Int32Array, count: number): void {
    for (let i = 0; i < count; i++) {
      this.#out.append(bytesFromText(this.#shown.of(this.#text(bytes, view, at[i] as number))));
    }
  }

  data(): ColumnData {
    return this.#out.data();
  }

  clear(buffers: "again" | "anew"): void {
    this.#out.clear(buffers);
  }
}

/** Values below this have a place in a table of their own. */
const TABLE_SIZE = 256;

/** The names of an enum. A value without a name gets its digits as one, for as long as a batch lasts, or is missing. */
export class EnumNames implements Filler {
  readonly column: Column;
  readonly #read: Accessor<number | bigint>;
  readonly #declared: readonly string[];
  readonly #indexOf: ReadonlyMap<bigint, number>;
  readonly #small: Int32Array = new Int32Array(TABLE_SIZE).fill(-1);
  readonly #out: GrowingBytes = new GrowingBytes();
  readonly #valid: ValidBits | undefined;
  readonly #isDense: boolean;
  #names: string[];
  #others: Map<bigint, number> = new Map();
  #count = 0;

  /** `unnamed`: whether a value without a name is shown by its digits or is missing, with a place or without one. */
  constructor(
    column: Column,
    read: Accessor<number | bigint>,
    values: readonly { readonly name: string; readonly value: bigint }[],
    unnamed: "digits" | Missing,
  ) {
    this.column = column;
    this.#read = read;
    const indexOf = new Map<bigint, number>();
    const declared: string[] = [];
    // Of several names of one value, the first counts.
    for (const { name, value } of values) {
      if (indexOf.has(value)) continue;
      indexOf.set(value, declared.length);
      if (value >= 0n && value < TABLE_SIZE) this.#small[Number(value)] = declared.length;
      declared.push(name);
    }
    this.#indexOf = indexOf;
    this.#declared = declared;
    this.#names = [...declared];
    this.#valid = unnamed === "digits" ? undefined : new ValidBits();
    this.#isDense = unnamed === "dense";
  }

  add({ bytes, view }: RawBytes, at: Int32Array, count: number): void {
    this.#out.ensure((this.#count + count) * 4);
    const out = this.#out.i32;
    for (let i = 0; i < count; i++) {
      const value = this.#read(bytes, view, at[i] as number);
      const small = typeof value === "number" && value >= 0 && value < TABLE_SIZE ? (this.#small[value] as number) : -1;
      const index = small >= 0 ? small : this.#index(BigInt(value));
      this.#valid?.add(index >= 0);
      if (index >= 0 || !this.#isDense) out[this.#count++] = Math.max(0, index);
    }
  }

  #index(value: bigint): number {
    const known = this.#indexOf.get(value) ?? this.#others.get(value);
    if (known !== undefined) return known;
    if (this.#valid !== undefined) return -1;
    const index = this.#names.push(String(value)) - 1;
    this.#others.set(value, index);
    return index;
  }

  data(): ColumnData {
    const indexes = this.#out.i32.subarray(0, this.#count);
    return { kind: "names", indexes, names: this.#names, length: this.#count, nulls: this.#valid?.nulls() };
  }

  clear(buffers: "again" | "anew"): void {
    this.#count = 0;
    this.#valid?.clear(buffers);
    if (buffers === "anew") this.#out.renew();
    // EnumNames out of the data are forgotten, so that they take no more memory than a batch has.
    if (this.#others.size === 0) return;
    this.#others = new Map();
    this.#names = [...this.#declared];
  }
}
